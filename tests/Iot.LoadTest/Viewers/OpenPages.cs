namespace Iot.LoadTest.Viewers;

/// <summary>Open pages: each holds the live connection of the page of one device, and reads all that comes.</summary>
internal sealed class OpenPages : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<Task<long>> _pages = [];

    /// <summary>Returns once every page has heard something.</summary>
    public static async Task<OpenPages> OpenAsync(Uri gateway, IEnumerable<string> devices)
    {
        var pages = new OpenPages();
        var heard = new List<Task>();
        foreach (var device in devices)
        {
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            heard.Add(first.Task);
            pages._pages.Add(pages.ReadAsync(new(gateway, $"api/v1/live?device={device}"), first));
        }

        await Task.WhenAll(heard);
        return pages;
    }

    /// <returns>Bytes that came over all of them.</returns>
    public async Task<long> CloseAsync()
    {
        await _closed.CancelAsync();
        return (await Task.WhenAll(_pages)).Sum();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _http.Dispose();
        _closed.Dispose();
    }

    private async Task<long> ReadAsync(Uri url, TaskCompletionSource first)
    {
        var bytes = 0L;
        try
        {
            await using var stream = await _http.GetStreamAsync(url, _closed.Token);
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, _closed.Token) is > 0 and var count)
            {
                bytes += count;
                first.TrySetResult();
            }

            first.TrySetException(new IOException($"{url} ended at once."));
        }
        catch (OperationCanceledException)
        {
            // the page is closed
        }
        catch (HttpRequestException e)
        {
            first.TrySetException(e);
        }

        return bytes;
    }
}
