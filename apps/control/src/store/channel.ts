/** The one channel on which replicas tell each other what they committed. */
export const channel = 'heddle'
