using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Which devices a list holds, in which order and on which page; and how often it is made.</summary>
public class FleetListTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly FleetQuestion All = new("", null, null, null, null, FleetSort.Name, Descending: false, Page: 1, PageSize: 50);

    private readonly FakeTimeProvider _clock = new(Now);
    private readonly List<DeviceBooks> _books = [];
    private readonly List<DirectoryEntry> _registered = [];

    [Fact]
    public void Registered_devices_and_those_that_have_spoken_are_one_list_by_name()
    {
        Spoke("b", secondsAgo: 1);
        Spoke("d", secondsAgo: 3600);
        Registers("a", site: "hall 1");
        Registers("b", site: "hall 2", type: "pump");
        Registers("c", state: EnrollmentState.Disabled);

        var page = List().Page(All);

        Assert.Equal(["a", "b", "c", "d"], Names(page));
        Assert.Equal([DeviceState.NeverSpoke, DeviceState.Online, DeviceState.Disabled, DeviceState.Silent], page.Devices.Select(device => device.State));
        Assert.Equal([null, "pump", null, "by-schema"], page.Devices.Select(device => device.Type));
        Assert.Equal([1, 0, 1, 1, 1], page.States.Select(state => state.Devices));
        Assert.Equal("pending", page.Devices[0].Registration);
        Assert.Null(page.Devices[0].LastSeen);
        Assert.Null(page.Devices[3].Registration);
    }

    [Fact]
    public void What_is_asked_counts_together_and_the_states_are_counted_without_their_own()
    {
        for (var i = 0; i < 10; i++) Spoke($"pump-{i}", secondsAgo: i < 7 ? 1 : 3600);
        for (var i = 0; i < 10; i++) Registers($"pump-{i}", site: i % 2 == 0 ? "even" : "");

        var page = List().Page(All with { Search = "PUMP", Site = "even", State = DeviceState.Silent });
        var without = List().Page(All with { Site = "" });

        Assert.Equal(["pump-8"], Names(page));
        Assert.Equal((10, 1, 4), (page.Total, page.Matching, page.States[(int)DeviceState.Online].Devices));
        Assert.Equal(5, without.Matching);
        Assert.Equal(["pump-3"], Names(List().Page(All with { Only = DeviceId.Parse("pump-3") })));
    }

    [Theory]
    [InlineData("LastSeen", true, "now", "old", "never", "never-2")]
    [InlineData("LastSeen", false, "never", "never-2", "old", "now")]
    [InlineData("Missing", true, "old", "never", "never-2", "now")]
    [InlineData("Name", true, "old", "now", "never-2", "never")]
    public void Equals_stay_in_the_order_of_their_names_whichever_way_it_goes(string sort, bool descending, params string[] order)
    {
        Spoke("now", secondsAgo: 1);
        Spoke("old", secondsAgo: 100, new SequenceGap(1, 5, 9, GivenUp: false));
        Registers("never");
        Registers("never-2");

        Assert.Equal(order, Names(List().Page(All with { Sort = Enum.Parse<FleetSort>(sort), Descending = descending })));
    }

    [Theory]
    [InlineData(1, 1, 4, "d-00")]
    [InlineData(3, 3, 2, "d-08")]
    [InlineData(900_000, 3, 2, "d-08")]
    public void A_page_beyond_the_last_is_the_last(int asked, int page, int rows, string first)
    {
        for (var i = 0; i < 10; i++) Registers($"d-{i:00}");

        var found = List().Page(All with { Page = asked, PageSize = 4 });

        Assert.Equal((page, rows, first), (found.Page, found.Devices.Count, found.Devices[0].Device));
        Assert.Equal(1, List().Page(All with { Page = asked, Search = "none" }).Page);
    }

    [Fact]
    public void A_viewer_is_told_all_at_first_and_then_what_changed()
    {
        Spoke("a", secondsAgo: 1);
        Spoke("b", secondsAgo: 1);
        var view = new FleetPageView(All);
        var first = view.Next(List())!;

        Assert.True(first.Whole);
        Assert.NotNull(first.Choices);
        Assert.Null(view.Next(List()));
        _books[1] = _books[1] with { LastSeenNs = _books[1].LastSeenNs + 1_000_000_000 };
        var change = view.Next(List())!;
        Assert.Equal((false, "b", true), (change.Whole, Assert.Single(change.Devices).Device, change.Choices is null));
        Spoke("c", secondsAgo: 1);
        Assert.True(view.Next(List())!.Whole);
    }

    [Theory, InlineData(3, 0.8, 1), InlineData(100_000, 2.9, 3.1)]
    public void A_list_is_shared_for_a_second_and_for_longer_when_it_is_a_very_long_one(int devices, double shared, double renewed)
    {
        for (var i = 0; i < devices; i++) Registers($"d-{i:D6}");
        var whole = Whole(() => { });
        var first = whole.Current();

        _clock.Advance(TimeSpan.FromSeconds(shared));
        Assert.Same(first, whole.Current());
        _clock.Advance(TimeSpan.FromSeconds(renewed - shared));
        Assert.NotSame(first, whole.Current());
    }

    /// <summary>Fifty viewers that wait would hold fifty threads of the pool, and with them ingest.</summary>
    [Fact]
    public async Task While_somebody_makes_the_next_list_the_others_get_the_one_before()
    {
        using var reached = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim(initialState: true);
        var whole = Whole(() =>
        {
            reached.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        });
        var before = whole.Current();
        await reached.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(20));
        goOn.Reset();
        var making = Task.Run(whole.Current, TestContext.Current.CancellationToken);
        await reached.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Same(before, whole.Current());
        goOn.Set();
        Assert.NotSame(before, await making);
    }

    /// <summary>Of 100,000 devices and of 100: what a viewer costs is his page.</summary>
    [Fact]
    public void A_viewer_s_page_allocates_for_its_rows_only_and_is_shared_by_all_who_ask_the_same()
    {
        for (var i = 0; i < 100_000; i++) Registers($"d-{i:D6}", site: "hall");
        var list = List();
        list.Page(All); // orders are made once

        var before = GC.GetAllocatedBytesForCurrentThread();
        var page = list.Page(All with { Page = 1000, Search = "d-0" });
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((100_000, 50), (page.Matching, page.Devices.Count));
        Assert.True(allocated < 50_000, $"{allocated} bytes");
        Assert.Same(page, list.Page(All with { Page = 1000, Search = "d-0" }));
    }

    private static IEnumerable<string> Names(FleetPage page) => page.Devices.Select(device => device.Device);

    private void Spoke(string name, int secondsAgo, params SequenceGap[] gaps) =>
        _books.Add(CannedGateway.Device(name, 10, seen: Now.AddSeconds(-secondsAgo)) with { Gaps = gaps });

    private void Registers(string name, string site = "", string type = "", EnrollmentState state = EnrollmentState.Pending) =>
        _registered.Add(new(DeviceId.Parse(name), type, site, state, TokenUntil: null));

    private FleetList List() => Whole(() => { }).Current();

    /// <param name="taking">What happens while the books are read.</param>
    private WholeFleet Whole(Action taking)
    {
        var view = new GatewayView
        {
            Figures = null!,
            DeadLetters = null!,
            Follow = _ => throw new NotSupportedException(),
            BooksOf = _ => null,
            Books = () =>
            {
                taking();
                return [.. _books.OrderBy(books => books.Device)];
            },
            Registered = () => [.. _registered.OrderBy(entry => entry.Device)],
            TypeOf = device => device.Value is "d" ? "by-schema" : "",
        };
        return new(view, new FleetWatch(view, _clock), _clock);
    }
}
