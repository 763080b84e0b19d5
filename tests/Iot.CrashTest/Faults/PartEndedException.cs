namespace Iot.CrashTest.Faults;

/// <summary>A part ended although nobody killed it, or it does not start any more: the campaign has found something.</summary>
/// <param name="part">Which.</param>
/// <param name="output">What it said.</param>
internal sealed class PartEndedException(string part, string output) : Exception($"{part} ended by itself. It said:\n{output}");
