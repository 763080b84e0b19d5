namespace Iot.EdgeAgent.Doctor;

/// <summary>A disk that hangs, hangs the call: then the rest is examined without it. What hangs is left alone with its thread, which ends with the process.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <returns>What <paramref name="run"/> found, or why it did not: one of them is null.</returns>
    public static async Task<(T? Found, Finding? Failed)> TryAsync<T>(string check, Func<Task<T>> run, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return (await Task.Run(run, cancellation).WaitAsync(Longest, clock, cancellation), null);
        }
        catch (TimeoutException)
        {
            return (default, Finding.Fail(check, $"no answer within {Amounts.Duration(Longest)}", "The disk or the kernel hangs: see dmesg, and replace the disk or the SD card."));
        }
        catch (UnauthorizedAccessException e)
        {
            return (default, Finding.Fail(check, e.Message.TrimEnd('.'), "Run the same as root, with sudo."));
        }
        catch (IOException e)
        {
            return (default, Finding.Fail(check, e.Message.TrimEnd('.'), "Put that right, then run the doctor again."));
        }
    }

    /// <summary>Each finding in its time; the first that fails is the last.</summary>
    public static async IAsyncEnumerable<Finding> EachAsync(
        string check, IAsyncEnumerable<Finding> findings, TimeProvider clock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var each = findings.GetAsyncEnumerator(cancellation);
        while (true)
        {
            var (isMore, failed) = await TryAsync(check, () => each.MoveNextAsync().AsTask(), clock, cancellation);
            if (failed is not null) yield return failed; // and what hangs is not disposed of: that would wait for it
            if (!isMore) yield break;

            yield return each.Current;
        }
    }
}
