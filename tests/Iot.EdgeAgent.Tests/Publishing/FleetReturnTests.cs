using System.Globalization;
using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>10,000 agents with the default options that lose their gateway, or meet a full one, at one moment: in simulated time.</summary>
public sealed class FleetReturnTests(ITestOutputHelper output)
{
    private const int Agents = 10_000;
    private static readonly TimeSpan LongAgo = TimeSpan.FromHours(1);
    private static readonly GatewayOptions Options = new();

    /// <summary>Peak within any second, and when the last one is back, after the gateway is.</summary>
    /// <param name="outage">How long it is away, seconds.</param>
    /// <param name="tryTakes">How long an attempt takes to fail: at once when refused, ConnectTimeout when nothing answers.</param>
    /// <param name="mostASecond">Connects in the worst second: 10,000 over the first 5 s would be 2,000.</param>
    /// <param name="allBackWithin">Seconds; MaxBackoff and one attempt at the most.</param>
    [Theory]
    [InlineData(0.1, 0, 2_300, 20)]
    [InlineData(1, 0, 2_300, 40)]
    [InlineData(30, 0, 500, 120)]
    [InlineData(30, 10, 600, 60)]
    [InlineData(600, 0, 200, 120)]
    [InlineData(600, 10, 200, 130)]
    public void A_fleet_that_lost_its_gateway_comes_back_spread(double outage, int tryTakes, int mostASecond, int allBackWithin)
    {
        var random = new Random(1);
        var back = Enumerable.Range(0, Agents).Select(_ => BackAt(outage, tryTakes, random.NextDouble) - outage).ToList();

        var peak = back.CountBy(second => (int)second).Max(count => count.Value);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"outage {outage} s, attempts fail after {tryTakes} s: {peak} connects in the worst second, half are back after {back.Order().ElementAt(Agents / 2):0.0} s, all after {back.Max():0.0} s"));
        Assert.InRange(peak, 1, mostASecond);
        Assert.InRange(back.Max(), 0, allBackWithin);
    }

    /// <summary>Each refusal (0x97) is a pause; after it one batch asks again, see PublisherTests.</summary>
    [Fact]
    public void A_full_gateway_is_asked_ever_more_rarely_and_never_by_many_at_once()
    {
        const int Hour = 3600;
        var random = new Random(2);
        var asked = new int[Hour];
        for (var agent = 0; agent < Agents; agent++)
        {
            var backoff = Default(random.NextDouble);
            var held = LongAgo;
            for (var at = random.NextDouble(); at < Hour; held = TimeSpan.Zero) // refused at what they had under way when it became full
            {
                asked[(int)at]++;
                at += backoff.Next(held).TotalSeconds;
            }
        }

        var (later, first) = (asked[300..], asked[..300]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"full for an hour: {first.Sum() / (double)Agents:0.0} times an agent in the first 5 minutes, then {later.Sum() / (double)Agents / (later.Length / 60.0):0.00} a minute; worst second {first[1..].Max()} at first, {later.Max()} later"));
        Assert.InRange(first.Sum() / (double)Agents, 1, 12);
        Assert.InRange(later.Sum() / (double)Agents / (later.Length / 60.0), 0.5, 1.1);
        Assert.InRange(first[1..].Max(), 1, 3_000);
        Assert.InRange(later.Max(), 1, 220);
    }

    /// <summary>Seconds after the loss at which one agent is connected again.</summary>
    private static double BackAt(double outage, int tryTakes, Func<double> random)
    {
        var backoff = Default(random);
        var at = backoff.Next(LongAgo).TotalSeconds;
        while (at < outage) at += tryTakes + backoff.Next(TimeSpan.FromSeconds(tryTakes)).TotalSeconds;

        return at;
    }

    private static Backoff Default(Func<double> random) => new(Options.MinBackoff, Options.MaxBackoff, Options.StableAfter, random);
}
