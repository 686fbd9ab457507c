import { OpsError } from '../../src/errors.ts';
import type {
  EndpointAlarm,
  ModelChanges,
  ModelVersion,
  PackageNow,
  PromotionDraft,
  PromotionRequest,
  Registration,
  RejectionRequest,
  ServedEndpoint,
  ServingInstances,
} from '../../src/ports/models.ts';
import type { Token } from '../../src/ports/ports.ts';

export const group = 'srl-rlvr-gold';

export function aVersion(version: number, changes: Partial<ModelVersion> = {}): ModelVersion {
  return {
    arn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/${group}/${version}`,
    group,
    version,
    approval: 'Approved',
    status: 'Completed',
    createdAt: version * 86_400_000,
    evaluation: {},
    artefact: `s3://srl-rlvr-training/output/v${version}/model.tar.gz`,
    artefactExists: true,
    ...changes,
  };
}

/** An in-memory registry and endpoint for actions. */
export class FakeModels implements ModelChanges {
  endpoint: ServedEndpoint = {
    name: 'gold-prod',
    status: 'InService',
    config: 'gold-prod-v4',
    changedAt: 0,
    variants: [{ name: 'AllTraffic', model: 'gold-v4', packageArn: aVersion(4).arn }],
  };
  known: ModelVersion[] = [4, 3, 2, 1].map((version) => aVersion(version));
  alarms: EndpointAlarm[] = [];
  readonly updates: PromotionRequest[] = [];
  readonly rejected: { readonly arn: string; readonly note: string }[] = [];

  async served(): Promise<ServedEndpoint> {
    return this.endpoint;
  }

  async versions(): Promise<readonly ModelVersion[]> {
    return this.known;
  }

  /** The image to which the tag of every version points. */
  imageDigest = 'sha256:0123';

  /** The ETags of artifacts, by URI. */
  readonly artifacts = new Map<string, string>();

  async packageNow(arn: string): Promise<PackageNow> {
    const found = this.known.find((one) => one.arn === arn);
    if (found === undefined) throw new OpsError('aws-refused', `there is no ${arn}`);
    const { approval, status, artefact } = found;
    const modelIdentity = artefact && (this.artifacts.get(artefact) ?? 'as registered');
    const image = { image: 'serving:1', imageDigest: this.imageDigest };
    return {
      approval,
      status,
      containers: [
        { ...image, ...(artefact && { model: artefact }), ...(modelIdentity && { modelIdentity }) },
      ],
    };
  }

  /** Instances by configuration. The default is one ml.g5.2xlarge. */
  readonly instances = new Map<string, readonly ServingInstances[]>();

  async instancesOf(config: string): Promise<readonly ServingInstances[]> {
    return this.instances.get(config) ?? [{ type: 'ml.g5.2xlarge', count: 1 }];
  }

  async alarmsOf(): Promise<readonly EndpointAlarm[]> {
    return this.alarms;
  }

  async draftPromotion(
    endpoint: string,
    packageArn: string,
    attemptId: string,
    guards: readonly string[],
  ): Promise<PromotionDraft> {
    const expects = this.endpoint.config;
    const request = {
      endpoint,
      expects,
      config: `${endpoint}-c-${attemptId}`,
      packages: [packageArn],
      guards,
    };
    const packages = this.endpoint.variants.map(({ packageArn: arn = '' }) => arn);
    return { request, source: { endpoint, config: expects, packages }, reused: false };
  }

  async promote(request: PromotionRequest, token: Token): Promise<{ adopted: boolean }> {
    token.requireApproved(request);
    if (this.endpoint.pendingConfig === request.config) return { adopted: true };
    if (this.endpoint.config !== request.expects) throw new OpsError('endpoint-moved', this.endpoint.config);
    await token.confirm();
    this.updates.push(request);
    this.endpoint = { ...this.endpoint, status: 'Updating', pendingConfig: request.config };
    return { adopted: false };
  }

  async registration(arn: string): Promise<Registration> {
    const { approval } = await this.packageNow(arn);
    const note = this.rejected.find((one) => one.arn === arn)?.note;
    return { approval, ...(note !== undefined && { note }) };
  }

  async reject(request: RejectionRequest, token: Token): Promise<void> {
    const { ModelPackageArn: arn, ApprovalDescription: note, expects } = request;
    const now = await this.registration(arn);
    if (now.note === note) return;
    if (now.approval !== expects) throw new OpsError('basis-changed', `${arn} is now ${now.approval}`);
    await token.confirm();
    this.rejected.push({ arn, note });
    this.known = this.known.map((one) => (one.arn === arn ? { ...one, approval: 'Rejected' } : one));
  }
}
