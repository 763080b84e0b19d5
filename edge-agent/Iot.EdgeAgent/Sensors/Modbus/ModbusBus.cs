namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>One line and all who share it: one question at a time, in the order they were asked.</summary>
internal sealed class ModbusBus(ModbusLine line, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Rest _unreachable = new(clock);
    private readonly Dictionary<byte, Rest> _silent = [];
    private ModbusPort? _port;
    private ModbusFraming _framing = line.Framing();
    private bool _wasSilent;
    private volatile bool _isClosed;

    /// <summary>Waits its turn, then asks.</summary>
    /// <exception cref="IOException">See <see cref="ModbusFraming.Ask"/>; also at once, when this was asked in vain a moment ago.</exception>
    public byte[] Ask(in ModbusRequest request, TimeSpan timeout)
    {
        _turn.WaitAsync().GetAwaiter().GetResult(); // first come, first served; Wait() lets others overtake
        try
        {
            if (!_silent.TryGetValue(request.Unit, out var rest)) _silent[request.Unit] = rest = new(clock);
            if (rest.Reason is { } reason) throw new ModbusSilenceException(reason);

            return AskAndNote(request, timeout, rest);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is under way fails.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _port?.Dispose();
    }

    private byte[] AskAndNote(ModbusRequest request, TimeSpan timeout, Rest rest)
    {
        var started = clock.GetTimestamp();
        try
        {
            var data = AskTwice(request, timeout);
            rest.End();
            return data;
        }
        catch (IOException e) when (e is ModbusSilenceException or ModbusRefusalException { IsSilence: true })
        {
            rest.Begin(e.Message, clock.GetElapsedTime(started));
            throw;
        }
        catch (ModbusRefusalException)
        {
            rest.End();
            throw;
        }
    }

    /// <summary>The same question again after damage, or when the line had ended since it was last used: devices hang up after a minute of silence.</summary>
    private byte[] AskTwice(ModbusRequest request, TimeSpan timeout)
    {
        var wasOpen = _port is not null;
        try
        {
            return AskOnce(request, timeout);
        }
        catch (IOException e) when (e is ModbusDamageException || (e is ModbusLineException && wasOpen))
        {
            return AskOnce(request, timeout);
        }
    }

    private byte[] AskOnce(ModbusRequest request, TimeSpan timeout)
    {
        var port = _port ?? Open(timeout);
        try
        {
            var data = _framing.Ask(port, request, timeout);
            _wasSilent = false;
            return data;
        }
        catch (IOException e) when (IsEnd(e, port))
        {
            Close();
            throw;
        }
    }

    /// <summary>Whether the port is of use after this. A TCP connection on which nothing comes twice may be dead.</summary>
    private bool IsEnd(IOException e, ModbusPort port)
    {
        if (e is ModbusRefusalException) return false;
        if (e is ModbusLineException) return true;

        var isLasting = e is ModbusDamageException || _wasSilent;
        _wasSilent = e is ModbusSilenceException;
        return isLasting && port.IsOpenedAnew;
    }

    private ModbusPort Open(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_unreachable.Reason is { } reason) throw new ModbusLineException(reason);

        var started = clock.GetTimestamp();
        try
        {
            _port = line.Open(timeout);
        }
        catch (ModbusLineException e)
        {
            _unreachable.Begin(e.Message, clock.GetElapsedTime(started));
            throw;
        }

        _unreachable.End();
        _framing = line.Framing();
        return _port;
    }

    private void Close()
    {
        _port?.Dispose();
        _port = null;
        _wasSilent = false;
    }
}
