"""Creates the checkpoint that the sandbox's jobs write: two GRPO steps of a tiny random Llama, in seconds on a CPU.

    pip install torch==2.13.0 transformers==5.17.0 trl==1.13.0 datasets==5.0.1 accelerate tokenizers
    python make-checkpoint.py OUT      # ./checkpoint is a copy of OUT/checkpoint-2

The libraries themselves write the files, so Relight's readers are tested on real trainer output.
training_args.bin is deleted: it is a pickle that nothing here reads. The committed tokenizer was trained on
GSM8K questions (MIT); the generated problems below produce a tokenizer of the same shape.
"""

import random
import sys
from pathlib import Path

from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

CHAT_TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n"
    "{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def problems(count):
    rng = random.Random(7)
    for _ in range(count):
        a, b = rng.randint(2, 99), rng.randint(2, 99)
        yield f"Ada has {a} marbles and finds {b} more. How many marbles does she have?", str(a + b)


def make_tokenizer(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<pad>", "<s>", "</s>"]
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=512, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>")
    fast.chat_template = CHAT_TEMPLATE
    return fast


def make_model():
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=512, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=False,
        pad_token_id=0, bos_token_id=1, eos_token_id=2))


def reward(completions, solution, **_):
    return [1.0 if answer in completion[0]["content"] else 0.1 * random.random()
            for completion, answer in zip(completions, solution)]


def main(out):
    rows = list(problems(64))
    data = Dataset.from_list(
        [{"prompt": [{"role": "user", "content": text}], "solution": answer} for text, answer in rows])
    arguments = GRPOConfig(
        output_dir=str(out), max_steps=4, save_steps=2, logging_steps=1, per_device_train_batch_size=4,
        num_generations=2, max_completion_length=8, learning_rate=1e-4, report_to=[], use_cpu=True, seed=7)
    GRPOTrainer(model=make_model(), processing_class=make_tokenizer([text for text, _ in rows]),
                reward_funcs=reward, args=arguments, train_dataset=data).train()
    for pickled in Path(out).glob("checkpoint-*/training_args.bin"):
        pickled.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
