/**
 * Where each rule comes from. The guideline is Eisenhauer EA, Therasse P, Bogaerts J, et al. New response
 * evaluation criteria in solid tumours: revised RECIST guideline (version 1.1). Eur J Cancer 2009;45:228-247.
 * Where it leaves a gap, the RECIST working group's answers at recist.eortc.org are named beside it.
 */
export const CITATIONS = {
  measurable: 'Eisenhauer 2009, section 3.1.1 (measurable: longest diameter >= 10 mm by CT)',
  sliceThickness: 'Eisenhauer 2009, section 3.1.1 and Appendix II (twice the slice thickness above 5 mm)',
  nonTargetNode: 'Eisenhauer 2009, sections 3.1.2 and 4.2 (short axis 10 to < 15 mm: non-target)',
  normalNode: 'Eisenhauer 2009, section 4.2 (short axis < 10 mm: normal, not recorded)',
  targetLimit: 'Eisenhauer 2009, section 4.2 (at most five targets)',
  organLimit: 'Eisenhauer 2009, section 4.2 (at most two targets an organ; nodes are one organ: EORTC)',
  baselineSum: 'Eisenhauer 2009, section 4.2 (baseline sum of diameters)',
  targetCr: 'Eisenhauer 2009, section 4.3.1 (CR: all targets disappeared, nodes < 10 mm)',
  targetPr: 'Eisenhauer 2009, section 4.3.1 (PR: >= 30 % below the baseline sum)',
  targetPd: 'Eisenhauer 2009, section 4.3.1 (PD: >= 20 % and >= 5 mm above the smallest sum on study)',
  targetSd: 'Eisenhauer 2009, section 4.3.1 (SD: neither PR nor PD)',
  nodeSum: 'Eisenhauer 2009, sections 4.3.2 and 4.4.4 (normal nodes stay in the sum)',
  tooSmall: 'Eisenhauer 2009, section 4.3.2 (too small to measure: 5 mm)',
  splitOrMerged: 'Eisenhauer 2009, section 4.3.2 (lesions that split or coalesce)',
  nonTargetCr: 'Eisenhauer 2009, section 4.3.3 (CR: all non-targets disappeared, nodes < 10 mm)',
  nonTargetStable: 'Eisenhauer 2009, section 4.3.3 (non-CR/non-PD: one or more persist)',
  nonTargetPd: 'Eisenhauer 2009, sections 4.3.3 and 4.3.4 (PD: unequivocal progression)',
  newLesion: 'Eisenhauer 2009, section 4.3.5 (new lesions)',
  equivocal: 'Eisenhauer 2009, section 4.3.5 (an equivocal lesion waits for a later scan)',
  missing: 'Eisenhauer 2009, section 4.4.2 (missing assessments)',
  table1: 'Eisenhauer 2009, section 4.4.1, Table 1 (time point response, target disease)',
  table2: 'Eisenhauer 2009, section 4.4.1, Table 2 (time point response, non-target disease only)',
  reappearance: 'Eisenhauer 2009, Table 3 footnote a and Appendix III (disease after CR is PD)',
  bestUnconfirmed: 'Eisenhauer 2009, section 4.4.3 (best response across all time points)',
  bestConfirmed: 'Eisenhauer 2009, sections 4.4.3 and 4.6.1, Table 3 (confirmed best response)',
  stableDuration: 'Eisenhauer 2009, sections 4.4.3 and 4.6.3 (minimum time from baseline for SD)',
  responseDuration: 'Eisenhauer 2009, section 4.6.2 (duration of response)',
} as const;

export type CitationId = keyof typeof CITATIONS;

/** Why a response was given: which rule, and the figures it saw. */
export interface Reason {
  rule: CitationId;
  detail: string;
}

/** A response together with the rules that gave it. */
export interface Judgement<Response> {
  response: Response;
  reasons: Reason[];
}
