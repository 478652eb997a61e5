import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** The one bucket: `incoming/`, `raw/`, `out/`, `runs/`, `shares/`; never public, never over plain HTTP. */
export class DataBucket extends Construct {
  readonly bucket: Bucket;
  /** The same bucket, for constructs that ask for the interface. */
  readonly reference: IBucket;

  constructor(scope: Construct, id: string, { kms, removeData }: Settings) {
    super(scope, id);
    const removalPolicy = removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      ...(kms
        ? {
            encryption: BucketEncryption.KMS,
            encryptionKey: new Key(this, 'Key', { enableKeyRotation: true, removalPolicy }),
            bucketKeyEnabled: true,
          }
        : { encryption: BucketEncryption.S3_MANAGED }),
      removalPolicy,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(2) },
        { noncurrentVersionExpiration: Duration.days(30) },
        { prefix: 'incoming/', expiration: Duration.days(30) },
        { prefix: 'runs/unpacked/', expiration: Duration.days(2) },
        { prefix: 'runs/build-', expiration: Duration.days(90) },
        { prefix: 'runs/ended/', expiration: Duration.days(90) },
      ],
    });
    this.reference = Bucket.fromBucketName(this, 'Reference', this.bucket.bucketName);
    const cfnBucket = this.bucket.node.defaultChild as CfnBucket;
    const logs = this.#accessLogs(removalPolicy);
    cfnBucket.loggingConfiguration = { destinationBucketName: logs.bucketName };
    // the L2 switch for this is a custom resource with a function of its own; the property does the same
    cfnBucket.addPropertyOverride(
      'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled',
      true,
    );
  }

  #accessLogs(removalPolicy: RemovalPolicy): Bucket {
    const logs = new Bucket(this, 'AccessLogs', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [logs.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return logs;
  }

  /** ARN of the objects below a prefix that ends in `/`, or of one object. */
  objects(prefix: string): string {
    return this.bucket.arnForObjects(prefix.endsWith('/') ? `${prefix}*` : prefix);
  }
}
