import { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import { Listing, listPage } from '../listing.ts';
import { changes, type Operations, reads } from '../operation.ts';
import { AwsError } from '../responses.ts';
import { validated } from '../validated.ts';
import { type ModelPackage, UpdateModelPackageInput, updatePackage } from './package.ts';

const Approval = z.enum(['Approved', 'Rejected', 'PendingManualApproval']);
const Group = z.object({ ModelPackageGroupName: z.string().min(1).max(170) });
const Package = z.object({ ModelPackageName: z.string().min(1).max(176) });
const Packages = Listing.extend({
  ModelPackageGroupName: z.string().max(170).optional(),
  ModelApprovalStatus: Approval.optional(),
  ModelPackageType: z.enum(['Versioned', 'Unversioned', 'Both']).default('Unversioned'),
});

interface PackageGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly description: string;
}

/** The model registry: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html */
export class Registry {
  private readonly groups = new Map<string, PackageGroup>();
  private readonly packages = new Map<string, ModelPackage>();
  /** The request sent with each ClientToken, as JSON. */
  private readonly tokens = new Map<string, string>();

  addGroup(group: PackageGroup): void {
    this.groups.set(group.name, group);
  }

  add(one: ModelPackage): void {
    this.packages.set(one.arn, one);
  }

  /** Finds a package by its ARN or by `group/version`. */
  find(name: string): ModelPackage {
    const arn = name.startsWith('arn:') ? name : sagemakerArn('model-package', name);
    const found = this.packages.get(arn);
    if (found === undefined) throw new AwsError('ValidationException', `ModelPackage ${arn} does not exist.`);
    return found;
  }

  operations(): Operations {
    return {
      ListModelPackages: reads((input) => this.list(validated(Packages, input))),
      DescribeModelPackage: reads((input) =>
        this.find(validated(Package, input).ModelPackageName).describe(),
      ),
      UpdateModelPackage: changes((input) => this.update(validated(UpdateModelPackageInput, input))),
      ListModelPackageGroups: reads((input) => this.listGroups(validated(Listing, input))),
      DescribeModelPackageGroup: reads((input) =>
        describedGroup(this.group(validated(Group, input).ModelPackageGroupName)),
      ),
    };
  }

  private group(name: string): PackageGroup {
    const found = this.groups.get(name.split('/').at(-1) ?? '');
    const arn = name.startsWith('arn:') ? name : sagemakerArn('model-package-group', name);
    if (found === undefined)
      throw new AwsError('ValidationException', `ModelPackageGroup ${arn} does not exist.`);
    return found;
  }

  /** All packages here are versioned; the API lists those only when a group or a type is given. */
  private list(filter: z.infer<typeof Packages>): unknown {
    const {
      ModelPackageGroupName: groupName,
      ModelPackageType: type,
      ModelApprovalStatus: approval,
    } = filter;
    const group = groupName === undefined ? undefined : this.group(groupName).name;
    const found = [...this.packages.values()].filter(
      (one) =>
        (group === undefined ? type !== 'Unversioned' : one.group === group) &&
        (approval ?? one.approval) === one.approval,
    );
    const { page, ...more } = listPage(found, filter);
    return { ModelPackageSummaryList: page.map((one) => one.summary()), ...more };
  }

  private listGroups(filter: z.infer<typeof Listing>): unknown {
    const { page, ...more } = listPage([...this.groups.values()], filter);
    const ModelPackageGroupSummaryList = page.map((group) => {
      const { CreatedBy: _createdBy, ...summary } = describedGroup(group);
      return summary;
    });
    return { ModelPackageGroupSummaryList, ...more };
  }

  /** A repeated request with the same token has no further effect. */
  private update(input: z.infer<typeof UpdateModelPackageInput>): unknown {
    const { ClientToken: token, ...request } = input;
    const one = this.find(request.ModelPackageArn);
    const body = JSON.stringify(request);
    const before = token === undefined ? undefined : this.tokens.get(token);
    if (before !== undefined && before !== body)
      throw new AwsError('ConflictException', 'The client token was used with different parameters.');
    if (before === undefined) updatePackage(one, request);
    if (token !== undefined) this.tokens.set(token, body);
    return { ModelPackageArn: one.arn };
  }
}

function describedGroup({ name, createdAt, description }: PackageGroup): Record<string, unknown> {
  return {
    ModelPackageGroupName: name,
    ModelPackageGroupArn: sagemakerArn('model-package-group', name),
    ModelPackageGroupDescription: description,
    CreationTime: createdAt,
    CreatedBy: {},
    ModelPackageGroupStatus: 'Completed',
  };
}
