"""Compares Relight's grades with real loaders: writes checkpoints, damages them, and resumes from each.

    python -m venv /tmp/loaders && /tmp/loaders/bin/pip install torch transformers accelerate safetensors peft lightning
    /tmp/loaders/bin/python test/real-loaders/real_loaders.py > docs/checkpoints.md

DeepSpeed, FSDP and Megatron-LM need several GPUs to run. Their rules about files are short, so they are repeated here.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from glob import glob
from pathlib import Path

import accelerate
import lightning
import peft
import safetensors
import torch
import torch.distributed.checkpoint as dcp
import transformers
from safetensors.torch import load_file, save_file

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
transformers.logging.set_verbosity_error()
REPO = Path(__file__).parents[2]
ROOT = Path(tempfile.mkdtemp(prefix="real-loaders-"))


# Damage to one file or folder of a checkpoint. Each returns its name in the table.
def gone(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    return "missing"


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return "cut short"


def empty(path):
    path.write_bytes(b"")
    return "0 bytes"


def flipped(path):
    """The end of a zip file, where its directory is."""
    path.write_bytes(path.read_bytes()[:-22] + bytes(22))
    return "end of the zip overwritten"


def longer_header(path):
    content = path.read_bytes()
    path.write_bytes((10**9).to_bytes(8, "little") + content[8:])
    return "header length past the end"


def no_tensors(path):
    save_file({}, path)
    return "no tensors"


def added_mark(path):
    path.write_bytes(b"")
    return "0-byte mark added"


# transformers


def tiny_model():
    config = transformers.LlamaConfig(
        vocab_size=32, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, tie_word_embeddings=False,
    )  # fmt: skip
    torch.manual_seed(0)
    return transformers.LlamaForCausalLM(config)


def lora(model):
    return peft.get_peft_model(model, peft.LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=True))


class Seen(transformers.TrainerCallback):
    def on_train_begin(self, args, state, control, model=None, optimizer=None, lr_scheduler=None, **_):
        self.step = state.global_step
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}
        self.optimizer = len(optimizer.state_dict()["state"]) > 0
        self.schedule = lr_scheduler.state_dict()["last_epoch"]


def trainer_for(folder, wrap, steps, **more):
    data = [{"input_ids": torch.arange(8) % 32, "labels": torch.arange(8) % 32} for _ in range(32)]
    args = transformers.TrainingArguments(
        folder, per_device_train_batch_size=2, max_steps=steps, save_steps=2, learning_rate=0.1, use_cpu=True,
        report_to=[], disable_tqdm=True, logging_steps=1, **more,
    )  # fmt: skip
    seen = Seen()
    trainer = transformers.Trainer(wrap(tiny_model()), args, train_dataset=data, callbacks=[seen])
    trainer.log = lambda *_, **__: None
    return trainer, seen


def resume_trainer(wrap):
    def resume(folder, original):
        trainer, seen = trainer_for(str(folder.parent / "out"), wrap, 5)
        random = []
        load = trainer._load_rng_state
        trainer._load_rng_state = lambda path: (torch.manual_seed(1), load(path), random.append(torch.get_rng_state()))
        trainer.train(resume_from_checkpoint=str(folder))
        same = all(torch.equal(value, original[name]) for name, value in seen.weights.items())
        return {
            "weights": same,
            "step": seen.step == 4,
            "optimizer": seen.optimizer,
            "schedule": seen.schedule == 4,
            "random state": bool(random) and torch.equal(random[0], saved_random(folder)),
        }

    return resume


def saved_random(folder):
    pristine = folder.parents[1] / "pristine" / folder.name / "rng_state.pth"
    return torch.load(pristine, weights_only=False)["cpu"]


def write_trainer(wrap, shard=None):
    def write(folder):
        trainer, _ = trainer_for(str(folder), wrap, 4)
        if shard is not None:
            save = trainer.model.save_pretrained
            trainer.model.save_pretrained = lambda *args, **more: save(*args, **{**more, "max_shard_size": shard})
        trainer.train()
        return {name: value.clone() for name, value in trainer.model.state_dict().items()}

    return write


# accelerate


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer = torch.nn.Linear(64, 64)

    def forward(self, x):
        return self.layer(x).sum()


def prepared():
    accelerator = accelerate.Accelerator(cpu=True)
    model = Net()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    return accelerator, *accelerator.prepare(model, optimizer, schedule)


def write_accelerate(folder):
    accelerator, model, optimizer, schedule = prepared()
    for step in (8, 9, 10):
        accelerator.backward(model(torch.ones(1, 64)))
        optimizer.step()
        schedule.step()
        torch.manual_seed(step)
        accelerator.save_state(folder / f"checkpoint_{step}")
    return {"model": model.state_dict(), "last": schedule.state_dict()["last_epoch"]}


def resume_accelerate(folder, original):
    accelerator, model, optimizer, schedule = prepared()
    torch.manual_seed(99)
    accelerator.load_state(folder)
    expected = torch.Generator().manual_seed(10).get_state()
    return {
        "weights": all(torch.equal(value, original["model"][name]) for name, value in model.state_dict().items()),
        "optimizer": len(optimizer.state_dict()["state"]) > 0,
        "schedule": schedule.state_dict()["last_epoch"] == original["last"],
        "random state": torch.equal(torch.get_rng_state(), expected),
    }


# Lightning


class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = Net()

    def training_step(self, batch, _):
        return self.net(batch)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=0.1)

    def on_train_start(self):
        self.seen = (self.trainer.global_step, len(self.optimizers().state_dict()["state"]) > 0)


def lightning_trainer(folder, steps, **more):
    keep = lightning.pytorch.callbacks.ModelCheckpoint(folder, save_top_k=-1, every_n_train_steps=2, save_last=True, **more)
    return lightning.Trainer(
        accelerator="cpu", max_steps=steps, logger=False, callbacks=[keep], enable_progress_bar=False,
        enable_model_summary=False,
    )  # fmt: skip


def lightning_data():
    return torch.utils.data.DataLoader(torch.ones(16, 64))


def write_lightning(**more):
    def write(folder):
        lightning_trainer(folder, 4, **more).fit(Module(), lightning_data())

    return write


def resume_lightning(file, _):
    module = Module()
    lightning_trainer(ROOT / "lightning-out", 5).fit(module, lightning_data(), ckpt_path=file, weights_only=False)
    step, optimizer = module.seen
    return {"step": step == 4, "optimizer": optimizer}


# torch.distributed.checkpoint


def write_dcp(folder):
    for step in (100, 200):
        dcp.save({"a": torch.arange(400.0), "b": torch.ones(40, 40), "step": step}, checkpoint_id=folder / f"step-{step}")


def resume_dcp(folder, _):
    state = {"a": torch.zeros(400), "b": torch.zeros(40, 40), "step": 0}
    dcp.load(state, checkpoint_id=folder)
    return {"weights": torch.equal(state["a"], torch.arange(400.0)), "step": state["step"] == 200}


# DeepSpeed under the Trainer: deepspeed_load_checkpoint of transformers, engine.load_checkpoint of DeepSpeed


def write_deepspeed(zero3, adapter):
    def write(folder):
        write_trainer(lora if adapter else lambda model: model)(folder)
        for step in (2, 4):
            top = folder / f"checkpoint-{step}"
            inside = top / f"global_step{step}"
            inside.mkdir()
            (top / "optimizer.pt").unlink()
            (top / "latest").write_text(inside.name)
            for rank in range(2):
                state = {"module": {"a": torch.ones(400)}, "dp_world_size": 2, "optimizer_state_dict": {"rank": rank}}
                torch.save(state, inside / f"bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt")
                if zero3:
                    torch.save(state, inside / f"zero_pp_rank_{rank}_mp_rank_00_model_states.pt")
            if not zero3:
                torch.save(state, inside / "mp_rank_00_model_states.pt")

    return write


def resume_deepspeed(folder, _):
    if not glob(f"{folder}/global_step*"):
        raise ValueError("can't find a valid checkpoint")
    for rank in range(2):
        load_deepspeed_rank(folder, rank)
    json.loads((folder / "trainer_state.json").read_text())
    torch.load(folder / "scheduler.pt", weights_only=True)
    random = folder / "rng_state.pth"
    if random.is_file():
        torch.load(random, weights_only=False)
    return {"random state": random.is_file()}


def load_deepspeed_rank(folder, rank):
    latest = folder / "latest"
    if not latest.is_file():
        raise ValueError("load_path is None: failed to resume")
    tag = latest.read_text().strip()
    names = sorted(glob(f"{folder}/{tag}/*mp_rank_*_model_states.pt"))
    if not names:
        raise AssertionError("len(ckpt_list) > 0")
    sharded = "zero_pp_rank" in names[0]
    own = f"{folder}/{tag}/zero_pp_rank_{rank}_mp_rank_00_model_states.pt" if sharded else names[0]
    model = torch.load(own, weights_only=False)
    if model["dp_world_size"] != 2 or (sharded and len(names) != 2):
        raise ValueError("another world size")
    torch.load(f"{folder}/{tag}/bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt", weights_only=False)


# FSDP under the Trainer with FULL_STATE_DICT: load_fsdp_model and load_fsdp_optimizer of accelerate


def write_fsdp(folder):
    write_trainer(lambda model: model)(folder)
    for step in (2, 4):
        top = folder / f"checkpoint-{step}"
        (top / "optimizer.pt").rename(top / "optimizer.bin")
        torch.save({"a": torch.ones(400)}, top / "pytorch_model_fsdp.bin")


def resume_fsdp(folder, _):
    json.loads((folder / "config.json").read_text())
    torch.load(folder / "pytorch_model_fsdp.bin", weights_only=True)
    json.loads((folder / "trainer_state.json").read_text())
    found = (folder / "optimizer.bin").is_file() and (folder / "scheduler.pt").is_file()
    if found:
        torch.load(folder / "optimizer.bin", weights_only=True)
        torch.load(folder / "scheduler.pt", weights_only=True)
    return {"optimizer": found}


# Megatron-LM: _load_base_checkpoint


def write_megatron(folder):
    for step in (100, 200):
        inside = folder / f"iter_{step:07d}"
        dcp.save({"a": torch.arange(400.0)}, checkpoint_id=inside)
        torch.save({"iteration": step}, inside / "common.pt")
        (inside / "metadata.json").write_text('{"sharded_backend": "torch_dist", "sharded_backend_version": 1}')
    (folder / "latest_checkpointed_iteration.txt").write_text("200")


def resume_megatron(folder, _):
    tracker = folder.parent / "latest_checkpointed_iteration.txt"
    if not tracker.is_file():
        return {"this checkpoint": False}
    named = folder.parent / f"iter_{int(tracker.read_text().strip()):07d}"
    if named != folder:
        next(named.iterdir())
        return {"this checkpoint": False}
    json.loads((folder / "metadata.json").read_text())
    torch.load(folder / "common.pt", weights_only=False)
    dcp.load({"a": torch.zeros(400)}, checkpoint_id=folder)
    return {"this checkpoint": True}


def tracker_names(text):
    def damage(path):
        path.write_text(text)
        return f"says {text}"

    return damage


# The families: name, writer, loader, newest checkpoint, and the damage to it

WHOLE = ("", lambda _: "nothing")
STATES = [(name, how) for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth") for how in (gone, cut, empty)]
TRAINER = [WHOLE, *STATES, ("trainer_state.json", gone), ("trainer_state.json", cut), ("config.json", cut),
           ("training_args.bin", cut), ("model.safetensors.sagemaker-uploaded", added_mark)]  # fmt: skip
WEIGHTS = [(f"model.safetensors", how) for how in (gone, cut, empty, longer_header, no_tensors)]
shard = "model-00002-of-*.safetensors"


def total_size(path):
    index = json.loads(path.read_text())
    index["metadata"]["total_size"] = 1
    path.write_text(json.dumps(index))
    return "wrong total_size"


def one_tensor_less(path):
    tensors = load_file(path)
    tensors.pop(next(iter(tensors)))
    save_file(tensors, path, {"format": "pt"})
    return "a tensor of the index missing in it"


def other_shard(path):
    index = json.loads(path.read_text())
    names, shards = list(index["weight_map"]), list(index["weight_map"].values())
    index["weight_map"] = dict(zip(names, reversed(shards)))
    path.write_text(json.dumps(index))
    return "tensors listed in other shards"


def older(path):
    path.write_text("global_step2")
    return "names a folder that is not there"


FAMILIES = [
    ("Trainer", write_trainer(lambda model: model), resume_trainer(lambda model: model), "checkpoint-4",
     [*TRAINER, *WEIGHTS]),
    ("Trainer, sharded weights", write_trainer(lambda model: model, "10KB"), resume_trainer(lambda model: model),
     "checkpoint-4", [WHOLE, (shard, gone), (shard, cut), (shard, empty), ("model.safetensors.index.json", gone),
      ("model.safetensors.index.json", cut), ("model.safetensors.index.json", total_size),
      (shard, one_tensor_less), ("model.safetensors.index.json", other_shard)]),
    ("Trainer, LoRA", write_trainer(lora), resume_trainer(lora), "checkpoint-4",
     [WHOLE, ("adapter_config.json", gone), ("adapter_config.json", cut),
      *[("adapter_model.safetensors", how) for how in (gone, cut, empty, no_tensors)]]),
    ("Trainer, DeepSpeed ZeRO-2", write_deepspeed(False, False), resume_deepspeed, "checkpoint-4",
     [WHOLE, ("latest", gone), ("latest", empty), ("latest", older), ("global_step4", gone), ("scheduler.pt", gone),
      ("rng_state.pth", gone), ("rng_state.pth", empty), ("model.safetensors", cut), ("model.safetensors", gone),
      *[(f"global_step4/{name}", how) for how in (gone, cut, empty)
        for name in ("mp_rank_00_model_states.pt", "bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt")]]),
    ("Trainer, DeepSpeed ZeRO-3, LoRA", write_deepspeed(True, True), resume_deepspeed, "checkpoint-4",
     [WHOLE, ("adapter_model.safetensors", no_tensors), ("adapter_model.safetensors", empty),
      ("global_step4/zero_pp_rank_1_mp_rank_00_model_states.pt", gone),
      ("global_step4/zero_pp_rank_0_mp_rank_00_model_states.pt", flipped)]),
    ("Trainer, FSDP full state", write_fsdp, resume_fsdp, "checkpoint-4",
     [WHOLE, *[(name, how) for name in ("pytorch_model_fsdp.bin", "optimizer.bin") for how in (gone, cut, empty)],
      ("model.safetensors", cut), ("model.safetensors", gone), ("config.json", cut)]),
    ("Accelerate", write_accelerate, resume_accelerate, "checkpoint_10",
     [WHOLE, *[(name, how) for name in ("model.safetensors", "optimizer.bin", "scheduler.bin", "random_states_0.pkl")
               for how in (gone, cut, empty)]]),
    ("Lightning", write_lightning(), resume_lightning, "epoch=0-step=4.ckpt",
     [WHOLE, ("", cut), ("", empty), ("", flipped)]),
    ("Lightning, weights only", write_lightning(save_weights_only=True), resume_lightning, "epoch=0-step=4.ckpt", [WHOLE]),
    ("Distributed checkpoint", write_dcp, resume_dcp, "step-200",
     [WHOLE, *[(name, how) for name in (".metadata", "__0_0.distcp") for how in (gone, cut, empty)]]),
    ("Megatron-LM", write_megatron, resume_megatron, "iter_0000200",
     [WHOLE, ("../latest_checkpointed_iteration.txt", gone), ("../latest_checkpointed_iteration.txt", tracker_names("100")),
      ("../latest_checkpointed_iteration.txt", tracker_names("300")),
      *[(name, how) for name in ("common.pt", "metadata.json", ".metadata", "__0_0.distcp") for how in (gone, cut)]]),
]  # fmt: skip


def outcome(load, path, original):
    try:
        with open(os.devnull, "w") as quiet:
            sys.stdout, sys.stderr, before = quiet, quiet, (sys.stdout, sys.stderr)
            try:
                kept = load(path, original)
            finally:
                sys.stdout, sys.stderr = before
    except BaseException as error:
        return "fails", f"fails: {type(error).__name__}"
    lost = [name for name, is_kept in kept.items() if not is_kept]
    if not lost:
        return "resumes", "resumes"
    return ("starts over" if {"weights", "step"} & set(lost) else "loses"), f"goes on without {', '.join(lost)}"


# A loader that fails or loses the weights must not be called resumable; one that loses other state must not be valid.
ACCEPTED = {"fails": {"invalid"}, "starts over": {"invalid"}, "loses": {"degraded"}, "resumes": {"valid"}}
# Told as degraded although the loader fails: a tracker concerns all checkpoints of the job, and a copy gets a new one.
TRACKER = {"fails": {"degraded"}, "loses": {"degraded"}, "resumes": {"valid"}}


def run(family):
    name, write, load, newest, damages = family
    base = ROOT / name.replace(" ", "-").replace(",", "")
    original = write(base / "pristine")
    for index, (target, how) in enumerate(damages):
        copy = base / str(index)
        shutil.copytree(base / "pristine", copy)
        path = copy / newest
        found = glob(str(path / target)) if target else [str(path)]
        done = how(Path(found[0]) if found else path / target)
        shown = os.path.basename(target) if target else newest
        result, words = outcome(load, path, original)
        shutil.rmtree(copy / "out", ignore_errors=True)
        yield name, shown, done, result, words, copy, newest, "latest_checkpointed" in target


def graded(rows):
    command = ["node", "--import", "tsx", "test/real-loaders/grade-folders.ts", *[str(row[5]) for row in rows]]
    lines = subprocess.run(command, cwd=REPO, check=True, capture_output=True, text=True).stdout.splitlines()
    for row, line in zip(rows, lines):
        grades = json.loads(line)
        yield next((one["grade"] for one in grades if one["name"] == row[6]), "not found")


def main():
    rows = [row for family in FAMILIES for row in run(family)]
    wrong = 0
    versions = ", ".join(f"{one.__name__} {one.__version__}" for one in (torch, transformers, accelerate, safetensors, peft, lightning))
    print("# Checkpoints: Relight's grades and the real loaders\n")
    print(f"Written by `test/real-loaders/real_loaders.py` with {versions}. It writes checkpoints with these libraries,")
    print("damages the newest one, resumes from it, and compares the outcome with Relight's grade. DeepSpeed and")
    print("Megatron-LM are represented by their rules about files, and so is FSDP.\n")
    print("| checkpoint | file | damage | real loader | Relight | agree |\n|---|---|---|---|---|---|")
    for row, grade in zip(rows, graded(rows)):
        name, shown, done, result, words, _, _, is_tracker = row
        agrees = grade in (TRACKER if is_tracker else ACCEPTED)[result]
        wrong += not agrees
        print(f"| {name} | `{shown}` | {done} | {words} | {grade} | {'yes' if agrees else '**no**'} |")
    print(f"\n{len(rows)} outcomes, {len(rows) - wrong} of them as graded.")
    shutil.rmtree(ROOT)


main()
