/** The part of dcmjs that is used here; the package has no types of its own. */
declare module 'dcmjs' {
  const dcmjs: {
    log: { setLevel(level: 'silent'): void };
    data: {
      DicomMessage: {
        readFile(buffer: ArrayBuffer, options: { ignoreErrors: boolean }): { dict: Record<string, unknown> };
      };
      DicomMetaDictionary: {
        dictionary: Record<string, { name: string; vr: string } | undefined>;
        naturalizeDataset(dict: Record<string, unknown>): Record<string, unknown>;
      };
    };
  };
  export default dcmjs;
}
