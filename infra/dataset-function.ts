import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, findingArn } from './acknowledged.ts';
import type { DataBucket } from './data-bucket.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the CommonJS packages inside an ESM bundle expect to find. */
const COMMON_JS = [
  "import { createRequire as bundleRequire } from 'node:module';",
  'const require = bundleRequire(import.meta.url);',
  'const __dirname = import.meta.dirname;',
  'const __filename = import.meta.filename;',
].join('');

/** Modules of Node that are required instead of imported, which loads less of them. */
const ALIASES = Object.fromEntries(
  ['http', 'https'].flatMap((name) =>
    [name, `node:${name}`].map((from) => [`--alias:${from}`, join(ROOT, 'infra/required', `${name}.cjs`)]),
  ),
);

/** What of the bucket a function may touch, by prefix. */
export interface Access {
  read?: string[];
  write?: string[];
  delete?: string[];
  /** Prefixes that may be listed. */
  list?: string[];
}

export interface DatasetFunctionProps {
  data: DataBucket;
  access: Access;
  memoryMiB: number;
  timeout: Duration;
  environment?: Record<string, string>;
  /** Packages that are found at run time: they stand beside the bundle, and load on first use. */
  codecs?: string[];
}

/** A function of `functions/<name>/`, bundled alone, with a role that can do what it does and nothing else. */
export class DatasetFunction extends Construct {
  readonly fn: NodejsFunction;

  constructor(scope: Construct, name: string, props: DatasetFunctionProps) {
    super(scope, name);
    const { data, codecs = [] } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.fn = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'functions', name, 'handler.ts'),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: {
        BUCKET: data.bucket.bucketName,
        POWERTOOLS_SERVICE_NAME: name,
        ...props.environment,
      },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        // beside the bundle, for whoever reads a stack trace: Node would parse it at every start
        sourceMap: true,
        sourcesContent: false,
        externalModules: [],
        esbuildArgs: ALIASES,
        banner: COMMON_JS,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_input, output) => codecs.flatMap((codec) => copyCommands(codec, output)),
        },
      },
    });
    for (const statement of statementsOf(data, props.access)) this.fn.addToRolePolicy(statement);
    acknowledge(this, 'IAM5[Resource::*]', 'X-Ray has no resources to name');
    const prefixes = new Set(Object.values(props.access).flat());
    for (const prefix of [...prefixes].filter((one) => one.endsWith('/'))) {
      const finding = `IAM5[Resource::${findingArn(data.bucket)}/${prefix}*]`;
      acknowledge(this, finding, `the objects below ${prefix} are what ${name} works on`);
    }
    data.bucket.encryptionKey?.grantEncryptDecrypt(this.fn);
  }
}

/** The package, but for the scripts and .wasm files that are not loaded: those that encode, or do without WebAssembly. */
export function copyCommands(codec: string, output: string): string[] {
  const from = join(ROOT, 'node_modules', codec);
  const to = join(output, 'node_modules', codec);
  const filter = '(file) => !/\\.(js|wasm)$/.test(file) || /(wasm_decode|openjphjs)\\.(js|wasm)$/.test(file)';
  const copy = `require('node:fs').cpSync(process.argv[1], process.argv[2], { recursive: true, filter: ${filter} })`;
  return existsSync(from) ? [`node -e "${copy}" "${from}" "${to}"`] : [];
}

function statementsOf(data: DataBucket, { read, write, delete: remove, list }: Access): PolicyStatement[] {
  const objects = (prefixes: string[]) => prefixes.map((prefix) => data.objects(prefix));
  const statements: PolicyStatement[] = [];
  const allow = (actions: string[], prefixes: string[] = []) => {
    if (prefixes.length) statements.push(new PolicyStatement({ actions, resources: objects(prefixes) }));
  };
  allow(['s3:GetObject'], read);
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], write);
  allow(['s3:DeleteObject'], remove);
  // with the right to list, a missing object is 404; without, S3 says 403 to hide which keys there are
  const listed = [...new Set([...(list ?? []), ...(read ?? [])])];
  if (listed.length) {
    statements.push(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [data.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': listed.map((prefix) => `${prefix}*`) } },
      }),
    );
  }
  return statements;
}
