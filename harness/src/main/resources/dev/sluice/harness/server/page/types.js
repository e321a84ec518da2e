/**
 * Shapes of the API, as /api/v1/openapi.yaml says them, and of what modules pass to each other.
 * A number that JSON cannot hold is a string such as "NaN": see `number` in format.js.
 *
 * @typedef {number | string | null | undefined} Numeric
 * @typedef {'sweep' | 'evaluation'} Kind
 * @typedef {'queued'|'running'|'pausing'|'paused'|'cancelling'|'cancelled'|'done'|'failed'} JobState
 *
 * @typedef {object} Progress
 * @property {string} job
 * @property {number} [share]
 * @property {number} [step]
 * @property {number} [steps]
 * @property {number} [candidates]
 * @property {number} [scored]
 * @property {string} [task]
 * @property {number} [items]
 * @property {Numeric} [tokensPerSecond]
 * @property {number} [secondsLeft]
 * @property {number} [rowsSeen]
 * @property {number} [rows]
 * @property {Record<string, Numeric>} [running]
 * @property {Score[]} [scores]
 *
 * @typedef {object} Job
 * @property {string} name
 * @property {Kind} kind
 * @property {JobState} state
 * @property {number} priority
 * @property {number} [place]
 * @property {string} created
 * @property {string} [started]
 * @property {string} [ended]
 * @property {string} [problem]
 * @property {Record<string, unknown>} plan
 * @property {Progress} [progress]
 *
 * @typedef {object} Reduction
 * @property {Numeric} [sublayers]
 * @property {Numeric} [blocks]
 * @property {Numeric} [parameters]
 * @property {Numeric} [flops]
 * @property {Numeric} [kvCache]
 *
 * @typedef {object} Trial
 * @property {number} step
 * @property {string} candidate
 * @property {'scored' | 'dropped'} outcome
 * @property {Numeric} score
 * @property {Numeric} [standardError]
 * @property {Numeric} [rowStandardError]
 * @property {Record<string, Numeric>} [measures]
 * @property {Numeric} [seconds]
 *
 * @typedef {object} Step
 * @property {number} step
 * @property {string} candidate
 * @property {string[]} sublayers
 * @property {Numeric} score
 * @property {Reduction} reduction
 *
 * @typedef {object} Sweep
 * @property {string} name
 * @property {'empty' | 'open' | 'finished' | 'unreadable'} state
 * @property {string | null} [finished]
 * @property {string} [problem]
 * @property {string} [lastChange]
 * @property {Job} [job]
 * @property {Record<string, unknown>} [plan]
 * @property {string} [model]
 * @property {string} [measure]
 * @property {string} [unit]
 * @property {string} [direction]
 * @property {number} [blocks]
 * @property {number} [steps]
 * @property {number} [trials]
 * @property {Numeric} [score]
 * @property {Reduction} [reduction]
 * @property {number} [rows]
 * @property {number} [seconds]
 *
 * @typedef {object} Score
 * @property {string} task
 * @property {string} variant
 * @property {string} metric
 * @property {Numeric} value
 * @property {Numeric} [standardError]
 * @property {number} [documents]
 *
 * @typedef {object} Evaluation
 * @property {string} name
 * @property {string} [started]
 * @property {string} [model]
 * @property {string} [problem]
 * @property {Job} [job]
 * @property {Array<{name: string}>} [variants]
 * @property {string[]} [tasks]
 * @property {Score[]} [scores]
 *
 * @typedef {object} PlanKey
 * @property {string} key
 * @property {Kind} kind
 * @property {string} [help]
 * @property {string} [placeholder]
 * @property {string} [default]
 * @property {boolean} [required]
 * @property {string[]} [choices]
 * @property {boolean} [several]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {boolean} [whole]
 * @property {string} [pattern]
 *
 * @typedef {object} Table
 * @property {string[]} head
 * @property {Array<Array<string | number>>} rows
 */
export {};
