import { SimulateEdits, type SimulationResult } from '@heddle/shared/api/simulate'
import { affectedProxies, withEdits } from '../../changes/affected-proxies.ts'
import { assessRisk } from '../../changes/assess-risk.ts'
import { checkEdits, errorsOf } from '../../changes/check-edits.ts'
import { metered } from '../../load/work-meter.ts'
import { applyEdits } from '../../revisions/apply-edits.ts'
import { ChangeRefused } from '../../revisions/change-refused.ts'
import { simulateEdits } from '../../simulate/simulate-edits.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'

export const simulateRoutes: Routes = (app, { access, state, proxies, telemetry }) => {
  app.post('/simulate', { config: { work: 'in-turn', isOnlyTelling: true } }, async (request) => {
    await authenticate(access, request, 'viewer')
    const { edits, windowMinutes } = SimulateEdits.parse(request.body)
    const checked = checkEdits(state, edits)
    const errors = errorsOf(checked.findings)
    if (errors.length > 0) {
      throw new ChangeRefused(
        'invalid_objects',
        errors.length === 1 ? 'a problem was found' : `${errors.length} problems were found`,
        { findings: checked.findings },
      )
    }
    const before = state.mesh()
    const descriptions = proxies.descriptions()
    const now = Date.now()
    const effect = metered(() =>
      simulateEdits({
        before,
        // A fault that begins now has its whole time before it.
        after: withEdits({ ...before, now }, checked.edits),
        proxies: descriptions,
        records: telemetry.records,
        windowMinutes,
        now,
        affectedProxies: affectedProxies(before, checked.edits, descriptions),
        editedFaults: checked.edits.flatMap((edit) =>
          edit.op === 'put' && edit.object.kind === 'FaultInjection' ? [edit.key] : [],
        ),
      }),
    )
    const active = state.policies()
    const { level, reasons } = assessRisk(active, applyEdits(active, checked.edits), effect.edges)
    return { ...effect, risk: level, riskReasons: [...reasons] } satisfies SimulationResult
  })
}
