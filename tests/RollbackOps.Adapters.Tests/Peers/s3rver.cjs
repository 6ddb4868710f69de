// Starts s3rver, whose package has no program of its own: node s3rver.cjs NODE_MODULES ARGUMENTS...
const { join } = require('node:path');
const [node, script, modules, ...rest] = process.argv;

require(join(modules, '@20minutes/s3rver/lib/cli.js')).parseAsync([node, script, ...rest]);
