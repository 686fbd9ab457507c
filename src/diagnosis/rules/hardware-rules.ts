import type { Rule } from './rule.ts';

/**
 * Faults of GPUs, their links and their driver. Xids that nearly always come from the program are not among them.
 * https://docs.nvidia.com/deploy/xid-errors/
 */
export const hardwareRules: readonly Rule[] = [
  {
    kind: 'hardware',
    says: /uncorrectable (?:NVLink|ECC)|double[- ]bit ECC|ECC error|fallen off the bus|GPU is lost|Unable to determine the device handle for GPU|row remapp(?:ing|er) fail|NVLink (?:error|fault|failure)|nvswitch.{0,40}(?:fatal|error)|SXid.{0,60}(?:fatal|Fatal)|hardware stack error|GPU has (?:failed|crashed)|GPU (?:requires|needs) (?:a )?reset|NVLink.{0,40}(?:fatal|down)|thermal (?:shutdown|violation)|Fabric Manager.{0,60}(?:not|fail)|system not yet initialized|cudaErrorSystemNotReady|cudaErrorECCUncorrectable|cudaErrorNvlinkUncorrectable|machine check|mce: \[Hardware Error\]/i,
    unless: /corrected|correctable ECC(?<!uncorrectable ECC)/i,
  },
  {
    kind: 'hardware',
    says: /\bXid\b[^()\n]{0,10}\([^()\n]{0,200}\): (?:38|46|48|6[1-4]|69|7[4-9]|8[0-9]|9[0-35-9]|94|95|1[01]\d|12\d|13[0-6]|138|139|14\d|15\d|16\d|17[0-3])\b/,
    unless: /\): (?:92|109|110|154),|caused by previous|correctable SBE|Nonfatal/,
  },
  {
    kind: 'hardware',
    says: /\bXid\b[^()\n]{0,10}\([^()\n]{0,200}\): (?:109|110|154)\b|\bXid ?(?:error|code)?:? (?:48|63|64|74|79|94|95|119|120|14[0-9]|150)\b/i,
  },
  {
    kind: 'hardware',
    says: /\bXid\b[^()\n]{0,10}\([^()\n]{0,200}\): 45\b/,
    and: /caused by previous Xid (?:4[68]|6\d|7[49]|9[45]|119|12\d|14\d|15\d)/,
  },
  {
    kind: 'hardware',
    says: /all CUDA-capable devices are busy or unavailable|CUDA unknown error|Driver\/library version mismatch|No devices were found|NVIDIA-SMI has failed|couldn't communicate with the NVIDIA driver|NVML: Unknown Error|Failed to initialize NVML|device not ready|cudaErrorDevicesUnavailable|CUDA error: (?:unknown error|device unavailable|system)|No CUDA GPUs are available|Found no NVIDIA driver/i,
    unsure:
      'A wrong image, CUDA_VISIBLE_DEVICES or an instance type without GPUs end with the same words: check them first',
  },
  {
    kind: 'code_error',
    says: /\bXid\b[^()\n]{0,10}\([^()\n]{0,200}\): (?:1[0-9]|8|2[0-9]|3[0-79]|4[34]|5\d|68|137|45)\b/,
    follows: true,
    unsure:
      'The program nearly always causes this Xid; a fault of the GPU is possible if it recurs on one host',
  },
];
