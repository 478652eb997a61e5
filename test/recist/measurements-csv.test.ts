import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../shared/errors.ts';
import { lesionKey, readMeasurementsCsv } from '../../shared/recist/measurements-csv.ts';

const HEADER =
  'patient_id,study_date,lesion_label_alias,measurement,lesion_category,lesion_state,lesion_class';
const read = (...rows: string[]) => readMeasurementsCsv([HEADER, ...rows, ''].join('\n'), 'm.csv');

const DATASET_HEADER =
  'patient_id,subset,study_date,study_uuid,uuid,filename,region,final_3d_objects,lesion_label_value,lesion_label_alias,recist_measurement_mm,study_order';

describe('table of measurements', () => {
  it("reads the dataset's table with what its other tables know of the lesions", () => {
    const text = [
      DATASET_HEADER,
      '2,train,20200103,s,u1,u1.nii.gz,thorax,39,154,A,20,baseline',
      '1,train,20190611,s,u3,u3.nii.gz,abdomen,48,17,B,45,follow-up-1',
      '1,train,20190220,s,u2,u2.nii.gz,abdomen,61,19,B,64,baseline',
    ].join('\n');
    const facts = {
      descriptions: new Map([
        [lesionKey('u2.nii.gz', '19'), 'n,hepatic hilum'],
        [lesionKey('u3.nii.gz', '17'), 'n,hepatic hilum'],
        [lesionKey('u1.nii.gz', '154'), 'm,lung'],
      ]),
      sliceThicknessMm: new Map([['u1', 1.25]]),
    };
    const [second, first] = readMeasurementsCsv(text, 'r.csv', facts);
    expect(second.lesions).toEqual([
      { id: 'A', role: 'target', node: false, organ: 'lung', sliceThicknessMm: 1.25 },
    ]);
    expect(first.lesions).toEqual([{ id: 'B', role: 'target', node: true, organ: 'lymph node' }]);
    expect(first.timePoints.map(({ label, date }) => [label, date.text])).toEqual([
      ['baseline', '20190220'],
      ['follow-up-1', '20190611'],
    ]);
    expect(first.timePoints[1].findings.get('B')).toEqual({ state: 'measured', mm: 45 });
    expect(first.remarks).toEqual([]);
  });

  it('takes an empty measurement as not evaluated, and a state for what it says', () => {
    const [{ timePoints }] = read(
      '1,20200101,A,20,target,,m',
      '1,20200101,B,,non-target,present,m',
      '1,20200301,A,,target,,m',
      '1,20200301,B,,non-target,Progressed,m',
      '1,20200501,A,NE,target,,m',
    );
    expect(timePoints.map(({ findings }) => [...findings.values()].map(({ state }) => state))).toEqual([
      ['measured', 'present'],
      ['not evaluated', 'progressed'],
      ['not evaluated'],
    ]);
  });

  it('takes a lesion that first turns up after the baseline as new, and says so', () => {
    const [{ lesions, remarks }] = read(
      '1,20200101,A,20,target,,m',
      '1,20200301,A,20,target,,m',
      '1,20200301,B,12,target,,m',
      '1,20200301,C,12,new,,m',
    );
    expect(lesions.map(({ id, role }) => `${id} ${role}`)).toEqual(['A target', 'B new', 'C new']);
    expect(remarks).toEqual(['B is first seen on 20200301, after the baseline: counted as a new lesion']);
  });

  it('remarks classes that change, and classes nobody knows', () => {
    const [{ lesions, remarks }] = read('1,20200101,A,20,,,n', '1,20200101,B,20,,,', '1,20200301,A,20,,,m');
    expect(lesions.map(({ node }) => node)).toEqual([true, false]);
    expect(remarks).toEqual([
      'A is lymph node on 20200101 and no lymph node on 20200301: counted as the first',
      'the class of B is unknown: counted as no lymph node',
    ]);
  });

  it('adds the fragments of a split lesion', () => {
    const [{ timePoints }] = read(
      '1,20200101,A,20,target,,m',
      '1,20200301,A,8,target,fragment,m',
      '1,20200301,A,7.5,target,fragment,m',
    );
    expect(timePoints[1].findings.get('A')).toEqual({ state: 'measured', mm: 15.5 });
  });

  it('refuses a lesion that stands twice in a study', () => {
    expect(() => read('1,20200101,A,20,target,,m', '1,20200101,A,21,target,,m')).toThrow(
      /patient 1 has lesion A twice on 20200101/,
    );
  });

  it('names every row it cannot read', () => {
    const rows = [
      ',20200101,A,20,target,,m',
      '1,2020,A,20,target,,m',
      '1,20200230,A,20,target,,m',
      '1,20200101,A,-3,target,,m',
      '1,20200101,B,big,target,,m',
      '1,20200101,C,20,tumour,,m',
      '1,20200101,D,20,target,huge,m',
      '1,20200101,E,,target,measured,m',
    ];
    let message = '';
    try {
      read(...rows);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      expect(error.code).toBe('TABLE_UNREADABLE');
      message = error.message;
    }
    for (const line of [2, 3, 4, 5, 6, 7, 8, 9]) expect(message).toContain(`line ${line}: `);
  });

  it('refuses a table without measurements', () => {
    const text = 'patient_id,study_date,lesion_label_alias\n1,20200101,A\n';
    expect(() => readMeasurementsCsv(text, 'm.csv')).toThrow(/recist_measurement_mm or measurement/);
  });
});
