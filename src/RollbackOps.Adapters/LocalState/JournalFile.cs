using System.Globalization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.LocalState;

/// <summary>The journal as a file: appended under a lock, on disk before an append returns.</summary>
internal sealed class JournalFile
{
    private static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly string _path;
    private readonly string _headPath;
    private readonly string _lockPath;

    public JournalFile(string folder)
    {
        _folder = folder;
        _path = Path.Combine(folder, "journal.jsonl");
        _headPath = Path.Combine(folder, "journal.head");
        _lockPath = Path.Combine(folder, "journal.lock");
    }

    /// <summary>All of it, empty when there is none.</summary>
    public byte[] Read()
    {
        try
        {
            return File.Exists(_path) ? File.ReadAllBytes(_path) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>All of it as a stream, empty when there is none. Others may append meanwhile.</summary>
    public Stream Open()
    {
        try
        {
            return File.Exists(_path)
                ? new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)
                : Stream.Null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>The last record known to have been written. It is a hint that truncation is held against: unreadable, it is none.</summary>
    public JournalHead? ReadHead()
    {
        try
        {
            var parts = File.ReadAllText(_headPath).Split(' ');
            return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new JournalHead(number, parts[1].Trim())
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Appends what is composed from the end of the file.</summary>
    public void Append(Func<JournalTail, JournalAddition> compose)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            using var guard = FileLock.Wait(_lockPath, s_lockPatience);
            var isNew = !File.Exists(_path);
            using var file = new FileStream(_path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                BufferSize = 0,
            });
            var tail = SetTornTailAside(file);
            var length = file.Length;
            var addition = compose(tail);
            try
            {
                file.Position = length;
                file.Write(addition.Lines);
                file.Flush(flushToDisk: true);
            }
            catch (Exception failure) when (failure is IOException or ArgumentOutOfRangeException)
            {
                file.SetLength(length);
                throw Durable.AsIOException(failure);
            }

            if (isNew)
            {
                Durable.SyncFolder(_folder);
            }

            WriteHead(addition.Head);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.JournalUnwritable,
                $"The journal '{_path}' cannot be written: {failure.Message} Nothing is done without a record.",
                "Check free space and rights there (df, ls -l), then try again.", _path, failure);
        }
    }

    private RollbackOpsException Unreadable(Exception failure) => new(ErrorId.JournalUnreadable,
        $"The journal '{_path}' cannot be read: {failure.Message}", "Check the file's owner and rights.", _path, failure);

    private void WriteHead(JournalHead head)
    {
        // Not synced: the journal is the truth, and a head that is behind after a crash says nothing.
        try
        {
            File.WriteAllText(_headPath, string.Create(CultureInfo.InvariantCulture, $"{head.Number} {head.Hash}"));
        }
        catch (IOException)
        {
            // The record itself is on disk; without a head only the loss of the last records goes unnoticed.
        }
    }

    /// <summary>The last whole line; bytes after it are kept in a file of their own and cut off.</summary>
    private JournalTail SetTornTailAside(FileStream file)
    {
        var end = LastLineEnd(file, file.Length);
        var torn = (int)(file.Length - end);
        if (torn > 0)
        {
            file.Position = end;
            var bytes = new byte[torn];
            file.ReadExactly(bytes);
            File.WriteAllBytes(Path.Combine(_folder,
                string.Create(CultureInfo.InvariantCulture, $"journal.torn-{end}")), bytes);
            file.SetLength(end);
        }

        if (end == 0)
        {
            return new JournalTail(null, torn);
        }

        var start = LastLineEnd(file, end - 1);
        var line = new byte[end - 1 - start];
        file.Position = start;
        file.ReadExactly(line);
        return new JournalTail(line, torn);
    }

    /// <summary>The position after the last line end before a position, or 0.</summary>
    private static long LastLineEnd(FileStream file, long before)
    {
        var block = new byte[8192];
        while (before > 0)
        {
            var size = (int)Math.Min(block.Length, before);
            file.Position = before - size;
            file.ReadExactly(block, 0, size);
            var found = Array.LastIndexOf(block, (byte)'\n', size - 1, size);
            if (found >= 0)
            {
                return before - size + found + 1;
            }

            before -= size;
        }

        return 0;
    }
}
