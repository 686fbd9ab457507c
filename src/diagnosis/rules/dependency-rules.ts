import { type Rule, whoseFile } from './rule.ts';

const pin = 'pin_dependency' as const;

/** A package, a driver or an image that does not fit. */
export const dependencyRules: readonly Rule[] = [
  // https://github.com/aws/sagemaker-python-sdk/issues/57
  {
    kind: 'image',
    says: /Cannot pull algorithm container|CannotPullContainer|[Ee]xec format error|: exec: "[^"]{1,200}": executable file|OCI runtime create failed|no such image|manifest unknown|standard_init_linux/,
  },
  // https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/errors.py
  { kind: 'dependency_install', says: /InstallModuleError|InstallRequirementsError/, remedy: pin },
  {
    kind: 'dependency_install',
    says: /No matching distribution found for|Could not find a version that satisfies|ResolutionImpossible|conflicting dependencies|dependency conflicts|Failed building wheel|Failed to build|subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|Could not build wheels|Could not install packages|No solution found when resolving dependencies|requires a different Python|Requires-Python|externally-managed-environment|pip install.{0,80}(?:failed|non-zero)/i,
    remedy: pin,
  },
  // Refused by the version of torch, not by the file: an earlier checkpoint is refused as well.
  {
    kind: 'dependency_install',
    says: /weights[- _]only|Weights only load failed|WeightsUnpickler error|was not an allowed global by default|upgrade torch to at least|serious vulnerability issue in `?torch\.load/i,
    advice: 'the version of torch refuses every checkpoint of the job: pin the version that wrote them',
    remedy: pin,
  },
  {
    kind: 'dependency_install',
    says: /(?:please|you need to|need to|must|should) (?:upgrade|update|install|reinstall|downgrade|pip install) (?:the |your |to |a )?[`'"]?[\w.-]{1,60}|requires? [`'"]?[\w.-]{1,60}[`'"]? ?(?:version ?)?(?:>=|<=|==|~=|!=|>|<)|\b[\w.-]{1,60}(?:>=|==|<=|<|~=|!=)\d[\w.,<>=!~ -]{0,60} (?:is|are) required|is required for a normal functioning|but found [\w.-]{1,60}==|requires the [\w.` -]{1,60} (?:library|package)|requires the following packages|(?:is|are) not installed|not found in your environment|does not have \w{1,40} installed|has not been installed|isn't installed|not compatible with (?:the )?(?:current|installed)|incompatible (?:version|with)|version mismatch|Using `[\w-]{1,60}` requires|which requires \w/i,
    unless:
      /batch|num_generations|learning rate|data_source|max_(?:seq|model)_len|tokenizer|chat template|a padding token|KV cache|CUDA_VISIBLE/i,
    remedy: pin,
  },
  {
    kind: 'dependency_install',
    says: /ModuleNotFoundError|ImportError|No module named|cannot import name|PackageNotFoundError|DistributionNotFound|VersionConflict|Could not import module|Failed to import [\w.]{1,200}/,
    unless:
      /^(?!\S{0,200}(?:ModuleNotFoundError|ImportError|PackageNotFoundError|DistributionNotFound|VersionConflict|RuntimeError)).{0,200}WARN/,
    remedy: pin,
  },
  {
    kind: 'dependency_install',
    says: /undefined symbol|cannot open shared object file|version `(?:GLIBCXX|GLIBC|CXXABI|NCCL)\w{0,10}_?[\d.]{1,20}' not found|binary incompatibility|numpy\.(?:dtype|ndarray) size changed|_ARRAY_API not found|compiled using NumPy 1|A module that was compiled|DLL load failed|invalid ELF header|symbol lookup error|Could not load library|Unable to load any of/,
    remedy: pin,
  },
  {
    kind: 'dependency_install',
    says: /NVIDIA driver on your system is too old|driver version is insufficient|no kernel image is available|not compiled with CUDA enabled|does not match the version torch was compiled|CUDA version.{0,60}(?:mismatch|does not match|incompatible)|detected CUDA version|CUDAMismatchException|forward compatibility was attempted|unsupported toolchain|PTX was compiled|compiled against (?:a )?(?:different|incompatible)|FlashAttention only supports|CUDA_HOME environment variable is not set|CUDA Setup failed|nvcc.{0,40}not found|libcuda\w{0,20}\.so|named symbol not found|needs sm_\d|compiled with different CUDA|not built with (?:CUDA|NCCL)/i,
  },
  {
    kind: 'dependency_install',
    says: /Tokenizer class \w{1,80} does not exist|does not recognize this architecture|model type `\w{1,80}` but Transformers does not recognize|Transformers does not recognize|data did not match any variant of untagged enum/,
    remedy: pin,
  },
  {
    kind: 'dependency_install',
    says: /FileNotFoundError|No such file or directory/,
    when: (clue) => whoseFile(clue) === 'library',
  },
  {
    kind: 'image',
    says: /(?:^|\s)(?:\/bin\/)?(?:ba)?sh: (?:\d{1,5}: |line \d{1,5}: )?\S{1,200}: (?:command )?not found|exit ?code\s{0,10}[:=]?\s{0,10}(?:127|126)\b.{0,80}(?:not found|cannot execute)|nvidia-container-cli|could not select device driver|executable file not found in \$PATH/,
  },
];
