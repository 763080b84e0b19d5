using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Tests.Sensors;

public class SimulatedSensorTests
{
    [Theory]
    [InlineData("Sine"), InlineData("Ramp"), InlineData("Walk"), InlineData("Square"), InlineData("Noise")]
    public void Equal_seeds_give_equal_values_other_seeds_others_and_all_stay_in_range(string shapeName)
    {
        var shape = Enum.Parse<SimulatedShape>(shapeName);
        var (one, same, other) = (Values(shape, seed: 7), Values(shape, seed: 7), Values(shape, seed: 8));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.All(one, value => Assert.InRange(value, -10, 30));
        Assert.True(one.Distinct().Count() > 1);
    }

    private static List<double> Values(SimulatedShape shape, int seed)
    {
        using var sensor = new SimulatedSensor("s", new() { Kind = SensorKind.Simulated, Shape = shape, Min = -10, Max = 30 }, seed);
        return [.. Enumerable.Range(0, 60).Select(second => Value(sensor, second))];
    }

    private static double Value(SimulatedSensor sensor, int second)
    {
        var readings = new SensorReadings();
        readings.Begin(DateTimeOffset.UnixEpoch.AddYears(55).AddSeconds(second));
        sensor.Sample(readings);
        return readings.Batch.Readings[0].Number;
    }
}
