export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of all resources other than training jobs, by ARN. */
export class TagBook {
  private readonly byArn = new Map<string, readonly Tag[]>();

  /** Returns undefined if the ARN never had tags here. */
  of(arn: string): readonly Tag[] | undefined {
    return this.byArn.get(arn);
  }

  /** Adds tags; a tag with the same key is replaced. */
  add(arn: string, added: readonly Tag[]): readonly Tag[] {
    const kept = (this.byArn.get(arn) ?? []).filter(({ Key }) => !added.some((tag) => tag.Key === Key));
    const tags = [...kept, ...added];
    this.byArn.set(arn, tags);
    return tags;
  }
}
