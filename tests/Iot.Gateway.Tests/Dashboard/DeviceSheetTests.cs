using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Sheet;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

public class DeviceSheetTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static DeviceFacts Well => new(
        DeviceId.Parse("pump"), Now, CannedGateway.Device("pump", 1000, seen: Now), null, null, null, ConfigStand.None, [], []);

    [Fact]
    public void Of_a_device_that_is_well_there_is_nothing_to_say() => Assert.Empty(DeviceTroubles.Of(Well, withSecurity: true));

    [Theory]
    [InlineData("silent", TroubleLevel.Bad), InlineData("missing", TroubleLevel.Bad), InlineData("given_up", TroubleLevel.Bad), InlineData("unbalanced", TroubleLevel.Bad)]
    [InlineData("disabled", TroubleLevel.Bad), InlineData("certificate", TroubleLevel.Bad)]
    [InlineData("rejected", TroubleLevel.Warn), InlineData("config", TroubleLevel.Warn), InlineData("own_files", TroubleLevel.Warn), InlineData("clock", TroubleLevel.Warn)]
    [InlineData("held", TroubleLevel.Note), InlineData("not_provable", TroubleLevel.Note)]
    public void Each_trouble_is_told_once_with_what_to_do(string kind, object level)
    {
        var trouble = Assert.Single(DeviceTroubles.Of(With(kind), withSecurity: true));

        Assert.Equal((kind, (TroubleLevel)level), (trouble.Kind, trouble.Level));
        Assert.True(trouble.What.Length > 10 && trouble.Remedy.Length > 10);
    }

    [Fact]
    public void The_worst_comes_first()
    {
        var books = Well.Books! with { Provable = false, Rejected = 10, Accepted = 990, Sinks = [], Gaps = [new(1, 3, 4, GivenUp: false)] };

        Assert.Equal(["missing", "rejected", "not_provable"], DeviceTroubles.Of(Well with { Books = books }, withSecurity: true).Select(trouble => trouble.Kind));
    }

    [Fact]
    public void A_device_that_restarts_is_not_called_offline_yet()
    {
        var offline = Well with { Presence = new(Online: false, Now.AddSeconds(30)), Now = Now.AddSeconds(60) };

        Assert.Equal(DeviceState.Offline, offline.State);
        Assert.Empty(DeviceTroubles.Of(offline, withSecurity: true));
        Assert.Single(DeviceTroubles.Of(offline with { Now = Now.AddMinutes(4) }, withSecurity: true));
    }

    [Fact]
    public void A_status_message_becomes_lines_whatever_stands_in_it()
    {
        var message = $$$"""{"state":"online","up":4711,"ok":true,"disk":{"free":0.25,"deep":{"a":1}},"list":[1,2],"long":"{{{new string('x', 500)}}}"}""";

        var lines = StatusLine.Of(System.Text.Encoding.UTF8.GetBytes(message));

        Assert.Equal(["state online", "up 4711", "ok true", "disk.free 0.25", "disk.deep.a 1", "list [1,2]"], lines.Take(6).Select(line => $"{line.Name} {line.Value}"));
        Assert.Equal(161, lines[6].Value.Length);
        Assert.Empty(StatusLine.Of("[1]"u8.ToArray()));
        Assert.Empty(StatusLine.Of("{\"a\":\"\\ud800\"}"u8.ToArray()));
        Assert.Empty(StatusLine.Of(default));
        Assert.Equal(32, StatusLine.Of(System.Text.Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"n{i}\":{{\"m\":{i}}}")) + "}")).Count);
    }

    [Fact]
    public async Task A_page_of_a_device_hears_what_changes_of_it_and_its_gaps_only_when_they_change()
    {
        var canned = new CannedGateway();
        canned.Books.Add(CannedGateway.Device("a", 100) with { Gaps = [new(1, 3, 4, GivenUp: false, AfterNs: 1_000_000_000, BeforeNs: 2_000_000_000)] });
        await using var gateway = await canned.StartAsync();
        using var client = gateway.Client();
        await using var stream = await client.GetStreamAsync("/api/v1/live?device=a", TestContext.Current.CancellationToken);
        var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken);
        var heard = new List<(string Type, JsonElement Data)>();
        await foreach (var item in events)
        {
            heard.Add((item.EventType, JsonElement.Parse(item.Data)));
            if (Heard("device").Count == 1 && Heard("gaps").Count == 1)
                lock (canned.Books) canned.Books[0] = canned.Books[0] with { Rejected = 7, Accepted = 93, Sinks = [] };
            if (Heard("device").Count == 2) break;
        }

        Assert.Empty(Heard("fleet"));
        var gap = Assert.Single(Assert.Single(Heard("gaps")).GetProperty("gaps").EnumerateArray());
        Assert.Equal(("1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"), (gap.GetProperty("after").GetString(), gap.GetProperty("before").GetString()));
        Assert.Equal(["missing", "rejected"], Heard("device")[1].GetProperty("troubles").EnumerateArray().Select(trouble => trouble.GetProperty("kind").GetString()));

        List<JsonElement> Heard(string type) => [.. heard.Where(one => string.Equals(one.Type, type, StringComparison.Ordinal)).Select(one => one.Data)];
    }

    [Theory]
    [InlineData("/devices/nobody"), InlineData("/devices/no%20name")]
    public async Task A_device_that_nobody_knows_is_a_404_that_leads_on(string path)
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var answer = await gateway.Client().GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("href=\"/devices\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static DeviceFacts With(string kind) => kind switch
    {
        "silent" => Well with { Now = Now.AddHours(1) },
        "missing" => WithGap(new(1, 3, 4, GivenUp: false)),
        "given_up" => WithGap(new(1, 3, 4, GivenUp: true)),
        "held" => WithGap(new(1, 3, 4, GivenUp: false, Held: true)),
        "unbalanced" => Well with { Books = Well.Books! with { Accepted = 999 } },
        "rejected" => Well with { Books = CannedGateway.Device("pump", 1000, rejected: 3, seen: Now) },
        "not_provable" => Well with { Books = Well.Books! with { Provable = false } },
        "config" => Well with { Config = ConfigStand.None with { Version = 3, State = "rolledBack", Problems = ["Batching:MaxAge: too short"] } },
        "own_files" => Well with { Config = ConfigStand.None with { Local = ["Sensors: not a list"] } },
        "clock" => Well with { Clock = DeviceClock.Unknown with { State = ClockState.Unsynchronised } },
        "disabled" => Well with { Registered = Registered(EnrollmentState.Disabled), Now = Now.AddHours(1) },
        _ => Well with { Registered = Registered(EnrollmentState.Active) with { Certificates = [new("01", default, Now.AddDays(-90), Now.AddDays(-1), Revoked: false, null)] } },
    };

    private static DeviceFacts WithGap(SequenceGap gap) => Well with { Books = Well.Books! with { Gaps = [gap] } };

    private static RegisteredDevice Registered(EnrollmentState state) =>
        new(DeviceId.Parse("pump"), new("", "", new Dictionary<string, string>()), state, Now.AddDays(-90), null, null, []);
}
