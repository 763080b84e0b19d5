using System.Runtime.InteropServices;
using CsCheck;

namespace Iot.Journal.Tests;

/// <summary>Random lives of a journal, on a disk that forgets what was not synced and fails when told to.</summary>
public sealed class JournalModelTests
{
    private static readonly Gen<JournalStep> Step = Gen.Select(
        Gen.Frequency(
            (30, Gen.Const(StepKind.Append)), (12, Gen.Const(StepKind.AwaitDurable)), (10, Gen.Const(StepKind.Checkpoint)),
            (4, Gen.Const(StepKind.Read)), (4, Gen.Const(StepKind.Reclaim)), (2, Gen.Const(StepKind.FailSyncs)),
            (2, Gen.Const(StepKind.FailWrite)), (1, Gen.Const(StepKind.FillDisk)), (2, Gen.Const(StepKind.FreeDisk)),
            (3, Gen.Const(StepKind.CutSoon)), (3, Gen.Const(StepKind.CutPower)), (2, Gen.Const(StepKind.Restart))),
        Gen.Int[0, 10_000],
        (kind, number) => new JournalStep(kind, number));

    [Fact]
    public Task Whatever_happens_what_was_acknowledged_is_there_in_order_once() =>
        Gen.Select(Gen.Int, Step.Array[10, 80]).SampleAsync(
            life => new JournalModel(life.Item1).RunAsync(life.Item2), iter: 1500, threads: 2, print: Print);

    private static string Print((int Seed, JournalStep[] Steps) life) =>
        $"seed {life.Seed}: {string.Join(", ", life.Steps.Select(step => $"{step.Kind} {step.Number}"))}";
}

internal enum StepKind
{
    Append, AwaitDurable, Checkpoint, Read, Reclaim, FailSyncs, FailWrite, FillDisk, FreeDisk, CutSoon, CutPower, Restart,
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct JournalStep(StepKind Kind, int Number);
