import { assessPatient, type PatientAssessment } from './assessment.ts';
import { findingOf, type PatientCase } from './case.ts';
import { CITATIONS } from './citations.ts';
import { type RecordedResponses, responseKey } from './sdtm.ts';
import type { TimePointAssessment } from './time-points.ts';

/** One response of the RS table beside ours. */
export interface ComparedResponse {
  patientId: string;
  evaluator: string;
  visit: string;
  label: string;
  /** RSTESTCD. */
  test: string;
  recorded: string;
  computed: string;
  agree: boolean;
  /** Why ours differs, and what would give theirs. */
  explanation: string;
}

export interface EvaluatorAgreement {
  evaluator: string;
  compared: number;
  agreeing: number;
}

export interface ResponseAgreement {
  evaluators: EvaluatorAgreement[];
  compared: ComparedResponse[];
  /** Recorded responses that no time point belongs to. */
  unmatched: number;
  otherCriteria: number;
}

const TESTS: Record<string, (followUp: TimePointAssessment) => string> = {
  OVRLRESP: ({ overall }) => overall,
  TRGRESP: ({ target }) => target,
  NTRGRESP: ({ nonTarget }) => nonTarget,
};

/** Holds our responses against the recorded ones, per evaluator, and explains every difference. */
export function compareResponses(
  assessments: PatientAssessment[],
  recorded: RecordedResponses,
): ResponseAgreement {
  const compared: ComparedResponse[] = [];
  const matched = new Set<string>();
  for (const assessment of assessments) {
    const { patientId, evaluator } = assessment.patient;
    for (const followUp of assessment.followUps) {
      for (const [test, of] of Object.entries(TESTS)) {
        const key = responseKey(patientId, evaluator, followUp.timePoint.id, test);
        const theirs = recorded.responses.get(key);
        if (theirs === undefined) continue;
        matched.add(key);
        const ours = of(followUp);
        compared.push({
          patientId,
          evaluator: evaluator ?? '',
          visit: followUp.timePoint.id,
          label: followUp.timePoint.label,
          test,
          recorded: theirs,
          computed: ours,
          agree: theirs === ours,
          explanation: theirs === ours ? '' : explanation(assessment, followUp, theirs, of),
        });
      }
    }
  }
  const evaluators = [...Map.groupBy(compared, ({ evaluator }) => evaluator)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([evaluator, rows]) => ({
      evaluator,
      compared: rows.length,
      agreeing: rows.filter(({ agree }) => agree).length,
    }));
  const unmatched = recorded.responses.size - matched.size;
  return { evaluators, compared, unmatched, otherCriteria: recorded.otherCriteria };
}

function explanation(
  assessment: PatientAssessment,
  followUp: TimePointAssessment,
  theirs: string,
  of: (followUp: TimePointAssessment) => string,
): string {
  const ours = followUp.reasons.map(({ rule, detail }) => `${detail} [${CITATIONS[rule]}]`).join('; ');
  const index = assessment.followUps.indexOf(followUp);
  const earlier = assessment.followUps.slice(0, index).map(of);
  const zeroed = assessPatient(missingAsZero(assessment.patient)).followUps[index];
  let other = 'No single other reading of the rules gives it.';
  if (of === TESTS.OVRLRESP && followUp.byTable === theirs)
    other = 'The tables alone give it, when disease that comes back after CR is not counted as PD.';
  else if (of(zeroed) === theirs) other = 'It comes out when a missing target counts as 0 mm.';
  else if (theirs === 'PR' && earlier.includes('PR'))
    other = 'It comes out when an earlier PR is carried forward until PD.';
  return `Ours is ${of(followUp)}: ${ours}. The table has ${theirs}: ${other}`;
}

/** The same patient, had every target that was not evaluated been gone. */
function missingAsZero(patient: PatientCase): PatientCase {
  const targets = patient.lesions.filter(({ role }) => role === 'target');
  const timePoints = patient.timePoints.map((timePoint) => {
    const findings = new Map(timePoint.findings);
    for (const lesion of targets)
      if (findingOf(timePoint, lesion).state === 'not evaluated')
        findings.set(lesion.id, { state: 'absent' });
    return { ...timePoint, findings };
  });
  return { ...patient, timePoints };
}
