namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Slaves that share one connection or one serial port, and how it is set. Equal ones are one bus.</summary>
/// <param name="Owner">The sensor that has a connection for itself; null: it is shared.</param>
internal sealed record ModbusLine(ModbusAddress Address, int BaudRate, SerialParity Parity, int StopBits, bool Rs485, string? Owner)
{
    /// <summary>Settings of a serial port mean nothing to TCP, so they part no sensors there.</summary>
    public static ModbusLine Of(string sensor, ModbusOptions options)
    {
        var address = ModbusAddress.TryParse(options.Url) ?? throw new ArgumentException(ModbusAddress.Allowed, nameof(options));
        return address.Transport == ModbusTransport.Rtu
            ? new(address, options.BaudRate, options.Parity, options.StopBits, options.Rs485, Owner: null)
            : new(address, 0, SerialParity.None, 0, Rs485: false, options.OwnConnection ? sensor : null);
    }

    /// <exception cref="ModbusLineException">Nobody is there, or not in time.</exception>
    public ModbusPort Open(TimeSpan timeout) => Address.Transport == ModbusTransport.Rtu
        ? SerialPort.Open(this)
        : TcpPort.Open(Address.Place, Address.Port, timeout);

    public ModbusFraming Framing() => Address.Transport == ModbusTransport.Tcp ? new MbapFraming() : new RtuFraming();

    public override string ToString() => Address.ToString();
}
