using Iot.Gateway.Detection;

namespace Iot.Gateway.Tests.Detection;

public sealed class SeriesHabitTests
{
    private const int Hours = 3600;
    private readonly SimulatedGateway _gateway = new();
    private readonly Random _random = new(7);

    [Fact]
    public void A_value_far_from_all_that_the_series_has_been_is_told_of_with_its_name()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 2 * Hours, i => 20 + i + _random.NextDouble());
        _gateway.Run(device, 10, i => i == 3 ? 85 : 20 + i + _random.NextDouble());

        var found = _gateway.Findings.Only(SecurityEventKind.UnusualValue);
        Assert.Equal("pump-7", found.Subject);
        Assert.StartsWith("v3 = 85, ", found.Seen);
        Assert.Matches("^about 23.*, from 23.* to 2[34].*$", found.Normal);
    }

    [Fact]
    public void It_is_silent_until_it_has_learned_for_long_enough()
    {
        var device = _gateway.Device();
        _gateway.Run(device, Hours - 60, _ => 20 + _random.NextDouble());
        _gateway.Run(device, 30, _ => 85);

        Assert.Empty(_gateway.Findings.All);
    }

    public static TheoryData<string> Usual => ["constant", "zero", "sine", "walk", "steps", "states", "counter", "counter that begins again", "bursts"];

    [Theory, MemberData(nameof(Usual))]
    public void What_is_usual_is_not(string shape)
    {
        var device = _gateway.Device();
        var (walk, counter, second) = (20.0, 0.0, 0);
        _gateway.Run(device, 12 * Hours, _ => shape switch
        {
            "constant" => 21.5,
            "zero" => 0,
            "sine" => 20 + (5 * Math.Sin(second++ / 5000.0)),
            "walk" => walk += _random.NextDouble() - 0.5,
            "steps" => second++ / 5 % 2400 < 1500 ? 1850 + _random.NextDouble() : 120,
            "states" => second++ / 5 / 1000 % 3,
            "counter" => counter += _random.Next(2) * 1500,
            "counter that begins again" => counter = second++ % 90_000 == 89_999 ? 0 : counter + 1500 + _random.Next(1000),
            _ => _random.Next(100) < 5 ? 60 + (40 * _random.NextDouble()) : _random.NextDouble() * 3,
        });

        Assert.Empty(_gateway.Findings.All);
    }

    [Theory]
    [InlineData(20.0, 24.0, false)]
    [InlineData(20.0, 200.0, true)]
    [InlineData(1.0, 2.0, false)]
    [InlineData(0.0, 1.0, false)] // what was never anything but zero has no scale
    public void A_constant_may_change_a_little(double was, double becomes, bool isTold)
    {
        var device = _gateway.Device();
        _gateway.Run(device, 2 * Hours, _ => was);
        _gateway.Run(device, 10, _ => becomes);

        Assert.Equal(isTold, _gateway.Findings.All.Count > 0);
    }

    [Fact]
    public void A_counter_that_suddenly_races_is_told_of_by_its_speed()
    {
        var (device, counter) = (_gateway.Device(), 0.0);
        _gateway.Run(device, 2 * Hours, _ => counter += 100 + _random.Next(20));
        _gateway.Run(device, 60, _ => counter += 1e9);

        Assert.Matches(@"^v\d = grows by .* a second$", _gateway.Findings.All[0].Seen);
    }

    [Fact]
    public void What_comes_again_and_again_becomes_a_habit()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 2 * Hours, _ => 20 + _random.NextDouble());
        _gateway.Run(device, 2 * Hours, _ => 400 + _random.NextDouble());
        var told = _gateway.Findings.All.Count;
        Assert.InRange(told, 1, 20);
        _gateway.Run(device, 2 * Hours, _ => 400 + _random.NextDouble());

        Assert.Equal(told, _gateway.Findings.All.Count);
    }

    [Fact]
    public void One_value_out_of_all_measure_does_not_blind_it()
    {
        var device = _gateway.Device();
        device.Readings = 1;
        _gateway.Run(device, 2 * Hours, _ => 20 + _random.NextDouble());
        _gateway.Run(device, 10, _ => 1e30);
        _gateway.Run(device, 60, _ => 20 + _random.NextDouble());
        _gateway.Run(device, 10, _ => 2000);

        Assert.Equal(2, _gateway.Findings.All.Count);
    }

    [Fact]
    public void Switched_off_it_says_nothing()
    {
        var gateway = new SimulatedGateway(new() { UnusualValue = false });
        var device = gateway.Device();
        gateway.Run(device, 2 * Hours);
        gateway.Run(device, 60, _ => 1e9);

        Assert.Empty(gateway.Findings.All);
        Assert.Equal(0, gateway.Watch.Series);
    }
}
