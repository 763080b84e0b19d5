using System.Net;
using System.Net.Http.Headers;
using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent.Updating;

/// <summary>Fetches the two files of a version from the gateway into a folder, a little at a time, and goes on where it was cut off.</summary>
/// <remarks>What comes is believed only by <see cref="UpdatePaths.Checked"/>.</remarks>
internal sealed class PackageFetcher(TimeProvider clock)
{
    private const int Piece = 4096;
    private const string Part = ".part";
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    /// <returns>Null when both are there, else why not, a sentence.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public async Task<string?> FetchAsync(DeviceIdentity identity, string version, string folder, int bytesPerSecond, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var (release, package) = Release.FilesOf(version);
        return await FetchAsync(identity, release, Path.Combine(folder, UpdatePaths.ReleaseName), Release.MaxFileBytes, bytesPerSecond, cancellation)
            ?? await FetchAsync(identity, package, Path.Combine(folder, UpdatePaths.PackageName), Release.MaxPackageBytes, bytesPerSecond, cancellation);
    }

    private async Task<string?> FetchAsync(DeviceIdentity identity, string name, string path, long most, int bytesPerSecond, CancellationToken cancellation)
    {
        if (File.Exists(path)) return null;

        var trust = new GatewayTrust(identity.Roots(), identity.Gateway.IdnHost, () => clock.GetUtcNow());
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, SslOptions = trust.Options() });
        http.Timeout = Timeout.InfiniteTimeSpan; // each read has its limit
        try
        {
            await using (var file = new FileStream(path + Part, FileMode.OpenOrCreate, FileAccess.Write))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(identity.Gateway, $"/install/{name}"));
                if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, to: null);
                using var silence = new CancellationTokenSource(LongestSilence, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (Whole(answer, file) is { } refusal) return $"{name}: {refusal}";
                if (answer.IsSuccessStatusCode && await CopyAsync(answer, file, most, bytesPerSecond, cancellation) is { } problem) return $"{name}: {problem}";

                file.Flush(flushToDisk: true);
            }

            File.Move(path + Part, path, overwrite: true); // checked by its hash later, so its name need not be durable
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{name}: the gateway was silent for {LongestSilence.TotalSeconds} s. It is fetched further later.";
        }
        catch (HttpRequestException e)
        {
            return trust.Finding is { } finding ? $"{identity.Gateway.Authority} is not trusted: {finding}." : $"{name}: {e.GetBaseException().Message}";
        }
    }

    /// <summary>Puts the file where the answer goes on; null when there is something to copy, or nothing is left to be copied.</summary>
    private static string? Whole(HttpResponseMessage answer, FileStream file)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.PartialContent when answer.Content.Headers.ContentRange?.From == file.Length:
                file.Position = file.Length;
                return null;
            case HttpStatusCode.OK:
                file.SetLength(0);
                return null;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                return null; // all of it is there; the hash tells
            case HttpStatusCode.NotFound:
                return "the gateway does not have it. Put packages of that version into its Install:Path.";
            case HttpStatusCode.PartialContent:
                file.SetLength(0); // a part that does not fit
                return "the gateway sent another part than was asked for. It is fetched from the start later.";
            default:
                return $"the gateway answered {(int)answer.StatusCode}. It is fetched further later.";
        }
    }

    private async Task<string?> CopyAsync(HttpResponseMessage answer, FileStream file, long most, int bytesPerSecond, CancellationToken cancellation)
    {
        await using var source = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[Piece];
        while (true)
        {
            using var silence = new CancellationTokenSource(LongestSilence, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
            var count = await source.ReadAsync(buffer, either.Token);
            if (count == 0) return null;

            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
            if (file.Length > most)
            {
                file.SetLength(0);
                return $"it is larger than {most} bytes.";
            }

            await Task.Delay(TimeSpan.FromSeconds((double)count / bytesPerSecond), clock, cancellation);
        }
    }
}
