namespace Iot.Journal;

/// <summary>Another process, or another part of this one, has this journal open. Nothing was touched.</summary>
public sealed class JournalLockedException(string directory, Exception? cause = null) : IOException(
    $"Journal '{directory}' is in use by another process. Stop that one, or give this one a directory of its own.", cause)
{
    public string Directory { get; } = directory;
}

/// <summary>The journal cannot be opened; its files are left as they are.</summary>
public sealed class JournalUnusableException(string path, string finding, string whatToDo, Exception? cause = null)
    : IOException($"Journal '{path}' cannot be used: {finding.TrimEnd('.')}. {whatToDo}", cause)
{
    public string Path { get; } = path;

    public string WhatToDo { get; } = whatToDo;
}

/// <summary>There is no room: nothing was taken. Succeeds again once cursors move on or the disk has space.</summary>
public sealed class JournalFullException() : IOException("The journal is full; nothing was taken.");
