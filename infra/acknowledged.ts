import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/** Says why a finding of cdk-nag is meant to be so; `rule` is the rule, with the one finding in brackets. */
export function acknowledge(scope: Construct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** A resource as cdk-nag writes it in the names of findings. */
export function findingArn(construct: IConstruct, attribute = 'Arn'): string {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) throw new Error(`${construct.node.path} has no resource`);
  return `<${Stack.of(construct).getLogicalId(resource)}${attribute && `.${attribute}`}>`;
}
