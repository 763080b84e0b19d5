using System.Runtime.InteropServices;
using Iot.Gateway.Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>By what a client proved which device it is: one of both.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeviceProof(DeviceId Device, Fingerprint? Certificate, DevicePassword? Password);
