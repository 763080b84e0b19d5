using System.Collections.Concurrent;
using Iot.EdgeAgent.Sensors.Modbus;
using Iot.Testing;
using static Iot.EdgeAgent.Tests.Sensors.Modbus.Slaves;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Slaves that misbehave, and those who share a line with them.</summary>
public class ModbusBusTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly TickingClock _clock = new();

    [Fact]
    public async Task An_answer_to_a_question_that_was_given_up_is_passed_over()
    {
        var questions = 0;
        byte[] late = [];
        await using var slave = new ScriptedSlave(question =>
        {
            if (++questions != 2) return [.. late, .. ScriptedSlave.Answer(question)];

            late = ScriptedSlave.Answer(question, plus: 1000);
            return [];
        });
        var buses = new ModbusBuses(_clock);
        using var patient = Sensor(Options(slave.Url, ("a", At(7))), buses);
        using var hasty = Sensor(Options(slave.Url, ("a", At(7))) with { Timeout = Short }, buses);

        Assert.Equal("a=7; ", Round(patient)); // connects, however long that takes
        Assert.StartsWith("Unit 1 does not answer", Round(hasty), StringComparison.Ordinal);
        Assert.Equal("a=7; ", Round(patient));
        Assert.Equal(1, slave.Connections);
    }

    [Fact]
    public async Task An_answer_may_begin_before_the_question_was_given_up()
    {
        var questions = 0;
        byte[] rest = [];
        await using var slave = new ScriptedSlave(question =>
        {
            var answer = ScriptedSlave.Answer(question);
            if (++questions != 2) return [.. rest, .. answer];

            rest = answer[5..];
            return answer[..5];
        });
        var buses = new ModbusBuses(_clock);
        using var patient = Sensor(Options(slave.Url, ("a", At(7))), buses);
        using var hasty = Sensor(Options(slave.Url, ("a", At(7))) with { Timeout = Short }, buses);

        Assert.Equal("a=7; ", Round(patient));
        Assert.StartsWith("Unit 1 does not answer", Round(hasty), StringComparison.Ordinal);
        Assert.Equal("a=7; ", Round(patient));
    }

    [Fact]
    public async Task Garbage_ends_the_connection_and_the_question_is_asked_once_more()
    {
        var questions = 0;
        await using var slave = new ScriptedSlave(question => ++questions == 1 ? "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() : ScriptedSlave.Answer(question));
        using var sensor = Sensor(Options(slave.Url, ("a", At(7))));

        Assert.Equal("a=7; ", Round(sensor));
        Assert.Equal(2, slave.Connections);
    }

    [Fact]
    public async Task Lasting_garbage_is_a_failure_that_says_what_to_do()
    {
        await using var slave = new ScriptedSlave(_ => "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        using var sensor = Sensor(Options(slave.Url, ("a", At(7))));

        Assert.Contains("does not speak Modbus TCP. Check the port", Round(sensor), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_hung_up_meanwhile_is_called_again()
    {
        var questions = 0;
        await using var slave = new ScriptedSlave(question => ++questions == 2 ? null : ScriptedSlave.Answer(question));
        using var sensor = Sensor(Options(slave.Url, ("a", At(7))));

        Assert.Equal("a=7; ", Round(sensor));
        Assert.Equal("a=7; ", Round(sensor));
        Assert.Equal(2, slave.Connections);
    }

    [Fact]
    public async Task Silence_twice_ends_the_connection_and_then_the_unit_has_its_rest()
    {
        var questions = 0;
        await using var slave = new ScriptedSlave(question => ++questions is 2 or 3 ? [] : ScriptedSlave.Answer(question));
        var buses = new ModbusBuses(_clock);
        using var patient = Sensor(Options(slave.Url, ("a", At(7))), buses);
        using var hasty = Sensor(Options(slave.Url, ("b", At(8))) with { Timeout = Short }, buses);

        Round(patient);
        Round(hasty);
        Assert.StartsWith("Unit 1 does not answer", Round(hasty), StringComparison.Ordinal);
        Assert.EndsWith("It is asked again in 2 s.", Round(patient), StringComparison.Ordinal);

        _clock.Advance(9 * Short);
        await Eventually.TrueAsync(() => slave.Questions == 3, "the slave has read what it was asked");
        Assert.Equal("a=7; ", Round(patient));
        Assert.Equal((2, 4), (slave.Connections, slave.Questions));
    }

    [Fact]
    public async Task A_silent_unit_costs_its_neighbours_nothing_while_it_rests()
    {
        var asked = new ConcurrentQueue<byte>();
        await using var slave = new ScriptedSlave(question =>
        {
            asked.Enqueue(question[6]);
            return question[6] == 9 ? [] : ScriptedSlave.Answer(question);
        });
        var buses = new ModbusBuses(_clock);
        using var well = Sensor(Options(slave.Url, ("b", At(8))) with { Unit = 2 }, buses);
        using var silent = Sensor(Options(slave.Url, ("a", At(7))) with { Unit = 9, Timeout = Short }, buses);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("b=8; ", Round(well));
            Round(silent);
        }

        Assert.Equal("b=8; ", Round(well));
        await Eventually.TrueAsync(() => asked.Count(unit => unit == 9) >= 2, "the slave has read what it was asked");
        Assert.Equal(2, asked.Count(unit => unit == 9));
        Assert.Equal(5, asked.Count(unit => unit == 2));
    }

    [Fact]
    public async Task A_slave_with_a_connection_of_its_own_is_read_while_its_neighbour_keeps_the_line()
    {
        using var answered = new ManualResetEventSlim();
        await using var slave = new ScriptedSlave(question =>
        {
            if (question[6] == 9) answered.Wait(TestContext.Current.CancellationToken); // as long as the other needs
            return ScriptedSlave.Answer(question);
        });
        var buses = new ModbusBuses(TimeProvider.System);
        using var slow = Sensor(Options(slave.Url, ("a", At(7))) with { Unit = 9, OwnConnection = true }, buses, name: "slow");
        using var quick = Sensor(Options(slave.Url, ("b", At(8))) with { Unit = 2 }, buses, name: "quick");

        var waiting = Task.Run(() => Round(slow), TestContext.Current.CancellationToken);
        Assert.Equal("b=8; ", Round(quick));
        Assert.False(waiting.IsCompleted);
        answered.Set();
        Assert.Equal("a=7; ", await waiting);
    }

    [Fact]
    public async Task Many_on_one_line_are_asked_one_at_a_time()
    {
        var (at, most) = (0, 0);
        await using var slave = new ScriptedSlave(question =>
        {
            most = Math.Max(most, Interlocked.Increment(ref at));
            Interlocked.Decrement(ref at);
            return ScriptedSlave.Answer(question);
        });
        var buses = new ModbusBuses(TimeProvider.System);
        var sensors = Enumerable.Range(1, 20).Select(unit => Sensor(Options(slave.Url, ("a", At(unit))) with { Unit = unit }, buses, name: $"m{unit}")).ToList();
        var rounds = await Task.WhenAll(sensors.Select(sensor => Task.Run(() => Round(sensor), TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(1, 20).Select(unit => $"a={unit}; "), rounds);
        Assert.Equal((1, 1), (slave.Connections, most));
        sensors.ForEach(sensor => sensor.Dispose());
    }

    /// <summary>Read along over the gap of 16, not over more; never more than 125.</summary>
    [Fact]
    public async Task Neighbours_are_read_together()
    {
        await using var slave = new ScriptedSlave(question => ScriptedSlave.Answer(question));
        using var sensor = Sensor(Options(slave.Url, [.. new[] { 0, 1, 18, 36, 200, 324, 325 }.Select(address => ($"r{address}", At(address)))]));

        Assert.Equal("r0=0; r1=1; r18=18; r36=36; r200=200; r324=324; r325=325; ", Round(sensor));
        Assert.Equal(4, slave.Questions);
    }

    [Fact]
    public async Task A_gateway_that_says_its_slave_is_silent_is_believed()
    {
        await using var slave = new ScriptedSlave(question => ScriptedSlave.Refusal(question, 11));
        using var sensor = Sensor(Options(slave.Url, ("a", At(0)), ("b", At(100))));

        Assert.Contains("silent behind the gateway (11). Check Unit, wiring and power.", Round(sensor), StringComparison.Ordinal);
        Assert.Equal(1, slave.Questions); // to ask for b, too, would only keep others waiting
    }

    [Fact]
    public async Task RTU_over_TCP_survives_noise_and_asks_again_after_a_wrong_checksum()
    {
        var questions = 0;
        await using var slave = new ScriptedSlave(question =>
        {
            byte[] frame = [question[0], question[1], 2, 0, 7];
            var crc = BitConverter.GetBytes((ushort)(Crc16.Of(frame) + (++questions == 1 ? 1 : 0)));
            return [0xFF, .. question, .. frame, .. crc];
        }, isRtu: true);
        using var sensor = Sensor(Options(slave.Url, ("a", At(7))));

        Assert.Equal("a=7; ", Round(sensor));
        Assert.Equal(2, slave.Questions);
    }

    /// <summary>Each look at it finds it later by as long as a question is waited for, however long that really took.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _now, Short.Ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
