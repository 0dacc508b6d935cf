import { HistogramCell } from './histogram-cell.ts'

/** How much of the time that they might take requests and tries took, percent (`timeout_budgets`). */
export class TimeoutBudgets {
  readonly request = new HistogramCell()
  readonly attempt = new HistogramCell()
}

/** How large the messages of tries were (`request_response_sizes`). */
export class MessageSizes {
  readonly requestFields = new HistogramCell()
  readonly requestHeadBytes = new HistogramCell()
  readonly requestBodyBytes = new HistogramCell()
  readonly answerFields = new HistogramCell()
  readonly answerHeadBytes = new HistogramCell()
  readonly answerBodyBytes = new HistogramCell()
}
