export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of what is not a training job, by ARN. */
export class TagBook {
  private readonly byArn = new Map<string, readonly Tag[]>();

  /** Undefined: nothing of that ARN was ever noted here. */
  of(arn: string): readonly Tag[] | undefined {
    return this.byArn.get(arn);
  }

  /** A tag with the same key replaces the one that stood there. */
  add(arn: string, added: readonly Tag[]): readonly Tag[] {
    const kept = (this.byArn.get(arn) ?? []).filter(({ Key }) => !added.some((tag) => tag.Key === Key));
    const tags = [...kept, ...added];
    this.byArn.set(arn, tags);
    return tags;
  }
}
