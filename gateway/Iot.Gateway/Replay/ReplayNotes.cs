using System.Text.Json;
using System.Text.Json.Serialization;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Replay;

/// <summary>The state of one replay, in memory and, unless it is a dry run, in a file that is replaced as a whole. Thread-safe.</summary>
internal sealed class ReplayNotes(SnapshotFile file, ReplayState state)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReplayState _state = state;

    public ReplayState State => Volatile.Read(ref _state);

    /// <summary>Completes when <see cref="Stop"/> is called.</summary>
    public Task Stopped => _stopped.Task;

    public static ReplayState? Read(SnapshotFile file)
    {
        try
        {
            return file.Read() is { } bytes ? JsonSerializer.Deserialize(bytes, ReplayNotesJson.Default.ReplayState) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    public ReplayState Update(Func<ReplayState, ReplayState> change)
    {
        lock (_gate) return _state = change(_state);
    }

    /// <summary>No more of the range is taken. The first reason stays.</summary>
    public void Stop(ReplayStop why)
    {
        Update(state => state.Stop == ReplayStop.None && state.Phase != ReplayPhase.Ended ? state with { Stop = why } : state);
        _stopped.TrySetResult();
    }

    /// <exception cref="IOException">The file is as before.</exception>
    public ReplayState Write()
    {
        lock (_gate)
        {
            if (!_state.Request.DryRun) file.Replace(JsonSerializer.SerializeToUtf8Bytes(_state, ReplayNotesJson.Default.ReplayState));
            return _state;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReplayState))]
internal sealed partial class ReplayNotesJson : JsonSerializerContext;
