using System.Diagnostics;
using System.Globalization;
using System.Text;
using Iot.LoadTest.Devices;

namespace Iot.LoadTest.Shares;

/// <summary>Sends line protocol made beforehand, as many requests at once as the gateway by default, and does nothing else.</summary>
internal static class BareLoader
{
    public const int LinesABody = 5000; // the gateway's default, too
    public const int DevicesABody = 50;

    /// <summary>Held in memory; when all were sent, each is sent again with later times.</summary>
    public const int Bodies = 64;

    private const int FieldsALine = 10;
    private const int AtOnce = 2; // the gateway's default, too

    /// <returns>Readings a second that the server took.</returns>
    /// <exception cref="HttpRequestException">It answered other than with success.</exception>
    public static async Task<double> RunAsync(Uri write, TimeSpan duration)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        var prepared = Enumerable.Range(0, Bodies).Select(Body).ToList();
        await SendAsync(http, write, prepared, first: 0, TimeSpan.FromSeconds(3)); // the server settles
        var started = Stopwatch.GetTimestamp();
        var sent = await SendAsync(http, write, prepared, first: 1_000_000, duration);
        return (double)sent * LinesABody * FieldsALine / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<int> SendAsync(HttpClient http, Uri write, List<PreparedBody> prepared, int first, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var (next, sent) = (first - 1, 0);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var number = Interlocked.Increment(ref next);
                using var content = new ByteArrayContent(prepared[number % Bodies].At(number / Bodies));
                using var answer = await http.PostAsync(write, content);
                answer.EnsureSuccessStatusCode();
                Interlocked.Increment(ref sent);
            }
        })));
        return sent;
    }

    /// <summary>Points of the same shape as the gateway's: the devices of a load, ten fields, a time a line that no other has.</summary>
    private static PreparedBody Body(int number)
    {
        var text = new StringBuilder();
        for (var line = 0; line < LinesABody; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"machine,device={Fleet.Prefix}{line % DevicesABody:D6} ");
            for (var field = 0; field < FieldsALine; field++)
                text.Append(CultureInfo.InvariantCulture, $"{(field > 0 ? "," : "")}channel_{field}={20 + (((line * 31) + (field * 7919)) % 1000 / 100d)}");
            text.Append(CultureInfo.InvariantCulture, $" {PreparedBody.TimeNs(number, line)}\n");
        }

        return new(Encoding.ASCII.GetBytes(text.ToString()));
    }
}
