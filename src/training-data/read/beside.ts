import type { StoredObject } from '../../ports/datasets.ts';

/** Pictures, video and sound, which records name by their path. */
const media =
  /\.(?:jpe?g|png|gif|webp|bmp|tiff?|svg|heic|avif|mp4|m4v|mov|avi|mkv|webm|mpe?g|wav|mp3|flac|ogg|opus|m4a|aac)$/i;

/** Descriptions, settings and checksums. `state.json` and the like belong to folders of `datasets`. */
const description =
  /(?:^|\/)(?:[._][^/]*|[^/]*\.(?:md|rst|manifest|lock|crc|md5|sha1|sha256|sha512|py|ipynb|sh|ya?ml|toml|ini|cfg|cff|log)|(?:license|licence|readme|notice|changelog|requirements)[^/]*|dataset_infos?\.json|dataset_dict\.json|state\.json|(?:generation_)?config\.json|(?:tokenizer|tokenizer_config|special_tokens_map|vocab)\.json)$/i;

/** Folders that loaders skip (`datasets` skips `.` and `__`), and the logs of table formats. */
const skippedFolder = /(?:^|\/)(?:\.[^/]*|__[^/]*|_delta_log|_temporary|_spark_metadata)\//;

/** Hadoop and S3 consoles write empty objects to mark folders. */
const marker = /(?:_\$folder\$|(?:^|\/)[^/.]+)$/;

export function isMedia({ key }: StoredObject): boolean {
  return media.test(key);
}

/**
 * Whether an object of a folder accompanies the records and trainers do not read it as records. `name` is its path
 * in the folder.
 */
export function isBeside(object: StoredObject, name: string): boolean {
  if (object.size === 0 && marker.test(name)) return true;
  return isMedia(object) || description.test(name) || skippedFolder.test(name);
}
