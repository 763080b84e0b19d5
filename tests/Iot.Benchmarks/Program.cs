using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Iot.Benchmarks;
using Iot.Testing;

if (args is ["store", var directory])
{
    await StoreFigures.RunAsync(directory);
    return 0;
}

// In this process: the generated projects of the default toolchain would fall under our warnings as errors and lock files.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(BenchmarkDotNet.Engines.RunStrategy.Throughput)
    .WithGcConcurrent(false).WithPlatform(Platform.X64);

var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .HideColumns(Column.Error, Column.Gen0, Column.Gen1, Column.Gen2, "Job", "IterationCount", "LaunchCount", "WarmupCount", "InvocationCount", "UnrollFactor", "Toolchain")
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.DisableLogFile)
    .WithArtifactsPath(Path.Combine(RepositoryRoot.Path, "artifacts/benchmarks"));

return BenchmarkSwitcher.FromAssembly(typeof(Iot.Benchmarks.Samples).Assembly).Run(args, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
