/** A format that Relight does not read, in a sentence that says what can be done. */
type Told = string;

const archive = 'extract it, because loaders read only the files in it';
const unpack = 'decompress it, or use gzip, which Relight also reads';
const arrow = 'an Arrow table, as save_to_disk writes it: load_from_disk reads it, and to_json converts it';
const table = 'a table that trainers convert first';
const weights = 'tensors, not records';

/** By the end of the name. */
const byName: readonly (readonly [RegExp, Told])[] = [
  [
    /\.(?:csv|tsv)$/,
    'a CSV table: load_dataset("csv") reads it; convert it to JSON lines to have it checked',
  ],
  [
    /\.(?:txt|text)$/,
    'plain text: load_dataset("text") reads each line as one record; Relight has nothing to check in it',
  ],
  [/\.(?:arrow|feather|ipc)$/, arrow],
  [/\.(?:zip|7z|rar|tar|tgz|tar\.\w+)$/, `an archive: ${archive}`],
  [/\.(?:xz|bz2|lz4|lzma|snappy|br|z)$/, `compressed in a way that Relight does not read: ${unpack}`],
  [/\.(?:npy|npz|pt|pth|bin|idx|safetensors|h5|hdf5|pkl|pickle)$/, weights],
  [
    /\.(?:tfrecords?|rec|recordio|mds|mdb|lmdb|msgpack|protobuf|pb)$/,
    'binary records of one framework: only its own loader reads them',
  ],
  [/\.(?:avro|orc|xlsx?|ods|sqlite3?|db)$/, table],
  [/\.(?:html?|xml|pdf|docx?|epub|tex)$/, 'a document, not records'],
];

/** By the first bytes as Latin-1, where a name says something else or nothing. */
const byContent: readonly (readonly [starts: readonly string[], Told])[] = [
  [['PK\x03\x04', 'PK\x05\x06'], `a zip archive: ${archive}`],
  [
    ['BZh', '\xfd7zXZ', '\x04"M\x18', '7z\xbc\xaf'],
    `compressed in a way that Relight does not read: ${unpack}`,
  ],
  [['ARROW1', '\xff\xff\xff\xff'], arrow],
  [['Obj\x01', 'ORC', 'SQLite format 3'], table],
  [['\x93NUMPY', '\x89HDF', '\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], weights],
  [['%PDF'], 'a document, not records'],
  [['\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF'], 'a picture or a recording, not records'],
];

/** Where the header of the first file in a tar archive says so. */
const tarMark = { at: 257, is: 'ustar' };

/** What an object is if its name says that it holds no JSON. */
export function toldByName(name: string): Told | undefined {
  return byName.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}

/** What an object is if its first bytes show a format that Relight does not read. */
export function toldByContent(head: Buffer): Told | undefined {
  const start = head.toString('latin1', 0, 300);
  if (start.startsWith(tarMark.is, tarMark.at)) return `a tar archive: ${archive}`;
  return byContent.find(([starts]) => starts.some((one) => start.startsWith(one)))?.[1];
}
