using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Detection;

/// <summary>What counts as unusual. Nothing is refused because of it. Section <c>Detection</c>.</summary>
internal sealed record DetectionOptions
{
    public const string Section = "Detection";

    /// <summary>Watch for client ids that are taken over again and again. Default true.</summary>
    public bool TakeoverFlapping { get; init; } = true;

    /// <summary>Watch for topics, filters and last wills that are not the client's own. Default true.</summary>
    public bool ForeignTopics { get; init; } = true;

    /// <summary>Watch for refused credentials, keys, enrollment tokens and sign-ins. Default true.</summary>
    public bool CredentialGuessing { get; init; } = true;

    /// <summary>Watch for a certificate that is used from two networks. Default true.</summary>
    public bool CertificateShared { get; init; } = true;

    /// <summary>Watch for messages, readings and bytes a minute that are far from the device's habit. Default true.</summary>
    public bool UnusualRate { get; init; } = true;

    /// <summary>Watch for sequence numbers that go back, and outbox lives that return. Default true.</summary>
    public bool SequenceRegression { get; init; } = true;

    /// <summary>Watch for devices whose clock is suddenly elsewhere. Default true.</summary>
    public bool ClockJump { get; init; } = true;

    /// <summary>Watch for values far from all that their series has been. Default true.</summary>
    public bool UnusualValue { get; init; } = true;

    /// <summary>An event that is not repeated for so long closes. 1 s–7 days; default 10 min.</summary>
    [Duration("00:00:01", "7.00:00:00")]
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time over which takeovers, refusals and changes of network are counted. 10 s–1 day; default 5 min.</summary>
    [Duration("00:00:10", "1.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Takeovers of one client id within Window. 2–10,000; default 15.</summary>
    [Range(2, 10_000)]
    public int Takeovers { get; init; } = 15;

    /// <summary>Times that a client id or a certificate comes back to a network it has just left for another, within Window. 1–1,000; default 3.</summary>
    [Range(1, 1_000)]
    public int NetworkReturns { get; init; } = 3;

    /// <summary>How long a certificate may be connected from two networks at once. 1 s–1 day; default 5 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan CertificateOverlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Foreign topics of one client within Window; as many clients at one address that use any. 1–10,000; default 3.</summary>
    [Range(1, 10_000)]
    public int ForeignTopicLimit { get; init; } = 3;

    /// <summary>Refusals of one client or one address within Window that count as guessing. 2–10,000; default 10.</summary>
    [Range(2, 10_000)]
    public int GuessLimit { get; init; } = 10;

    /// <summary>Minutes with messages from which a device's habit is learned before it is judged by it. 2–10,000; default 10.</summary>
    [Range(2, 10_000)]
    public int RateWarmUpMinutes { get; init; } = 10;

    /// <summary>How many times its usual minute a device's minute must be. 2–10,000; default 10.</summary>
    [Range(2d, 10_000d)]
    public double RateFactor { get; init; } = 10;

    /// <summary>Messages a minute that are never too many. 1–1,000,000; default 120.</summary>
    [Range(1, 1_000_000)]
    public int RateFreeMessages { get; init; } = 120;

    /// <summary>Readings a minute that are never too many. 1–100,000,000; default 12,000.</summary>
    [Range(1, 100_000_000)]
    public int RateFreeReadings { get; init; } = 12_000;

    /// <summary>Bytes a minute that are never too many. 1–1,073,741,824; default 1,048,576.</summary>
    [Range(1, 1_073_741_824)]
    public int RateFreeBytes { get; init; } = 1_048_576;

    /// <summary>Readings that arrive later than the device's usual by so much are a backlog, which no rate is judged by. 1 s–1 day; default 1 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan BacklogAge { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much newer than all before it a batch with an old sequence number must be. 0–1 day; default 10 s.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan SequenceTolerance { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far a device's clock must have moved. 1 s–365 days; default 30 s.</summary>
    [Duration("00:00:01", "365.00:00:00")]
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it must stay there; a backlog that is drained does not. 1 s–1 day; default 5 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan ClockHold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Distance from the series' median, in its robust standard deviations. 4–10,000; default 12.</summary>
    [Range(4d, 10_000d)]
    public double ValueSigmas { get; init; } = 12;

    /// <summary>Time between two values of a series that are looked at. 1 s–1 day; default 10 s.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan ValueEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time of its life that a series is learned before it is judged; at least 64 values. 0–30 days; default 1 h.</summary>
    [Duration("00:00:00", "30.00:00:00")]
    public TimeSpan ValueWarmUp { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Devices whose habits are kept; the one silent longest goes first. 1–1,000,000; default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Devices { get; init; } = 10_000;

    /// <summary>Series of a device whose values are watched. 1–64; default 16.</summary>
    [Range(1, 64)]
    public int SeriesPerDevice { get; init; } = 16;

    /// <summary>Series of all devices whose values are watched. 1–10,000,000; default 20,000.</summary>
    [Range(1, 10_000_000)]
    public int Series { get; init; } = 20_000;
}
