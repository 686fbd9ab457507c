/** Packages that training scripts import under another name, by module. */
const renamed: Readonly<Record<string, string>> = {
  PIL: 'pillow',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
  faiss: 'faiss-cpu',
  git: 'GitPython',
  google: 'protobuf',
  hydra: 'hydra-core',
  pkg_resources: 'setuptools',
  pytorch: 'torch',
  rouge_score: 'rouge-score',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  umap: 'umap-learn',
  yaml: 'PyYAML',
};

/** Packages that are imported under their own name. */
const known: ReadonlySet<string> = new Set(
  (
    'accelerate aiohttp albumentations apex apex-core auto-gptq autoawq av awscli axolotl bitsandbytes boto3 botocore ' +
    'causal-conv1d cut-cross-entropy datasets decord deepspeed diffusers dill einops evaluate fastapi filelock fire ' +
    'flash-attn flashinfer fsspec gradio grpcio hf-transfer huggingface-hub importlib-metadata jieba jinja2 jsonlines ' +
    'kernels latex2sympy2 librosa liger-kernel lightning lm-eval loguru loralib lxml mamba-ssm math-verify megatron-core ' +
    'mlflow mmengine mpi4py msgspec multiprocess ninja nltk numba numpy omegaconf onnx openai opencv-python openrlhf optimum ' +
    'orjson packaging pandas peft polars protobuf psutil pyarrow pydantic pynvml pytorch-lightning pyyaml qwen-vl-utils ray ' +
    'regex requests rich s3fs sacrebleu safetensors sagemaker sagemaker-training scikit-learn scipy seaborn sentence-transformers ' +
    'sentencepiece seqeval setuptools sglang smdebug soundfile spacy swanlab sympy tensorboard tensorboardx termcolor tiktoken ' +
    'timm tokenizers toml torch torchao torchaudio torchdata torchmetrics torchtitan torchtune torchvision tqdm transformers ' +
    'transformer-engine triton trl typing-extensions unsloth uvloop vllm wandb webdataset xformers xxhash zstandard'
  ).split(' '),
);

/** The name that pip knows for a module or a package; undefined if it is no well-known package. */
export function distributionOf(name: string): string | undefined {
  const own = renamed[name] ?? renamed[name.toLowerCase()];
  if (own !== undefined) return own;
  const normalized = name.toLowerCase().replaceAll(/[-_.]{1,5}/g, '-');
  return known.has(normalized) ? normalized : undefined;
}
