using System.Globalization;
using Iot.Testing;

namespace Iot.Faults.Rig;

/// <summary>From now on some system calls of a running program fail or are slow, until this is disposed.</summary>
internal sealed class InjectedErrors : IAsyncDisposable
{
    private readonly RealProcess _tracer;

    private InjectedErrors(RealProcess tracer) => _tracer = tracer;

    /// <param name="process">The program, on whose every thread the calls are counted from 1.</param>
    /// <param name="fault">As strace has it: <c>fdatasync:error=EIO:when=1+4</c>.</param>
    public static async Task<InjectedErrors> BeginAsync(RealProcess process, string fault)
    {
        var calls = fault[..fault.IndexOf(':')];
        var tracer = RealProcess.Start(
            "strace", ["-f", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={fault}", "-p", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await tracer.LineAsync("attached");
        return new(tracer);
    }

    public async ValueTask DisposeAsync()
    {
        await _tracer.StopAsync(); // it lets the program go on untouched
        await _tracer.DisposeAsync();
    }
}
