using System.Text;

namespace RollbackOps.Configuration;

/// <summary>Writes a scaffolded configuration and the schema beside it, each whole or not at all.</summary>
internal static class ScaffoldWriter
{
    /// <summary>Writes the files.</summary>
    /// <param name="scaffold">What to write.</param>
    /// <param name="overwrite">Whether a configuration that is there may be replaced.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.ConfigurationExists"/>, or <see cref="ErrorId.ConfigurationUnwritable"/>.
    /// </exception>
    public static ConfigurationScaffold Write(ConfigurationScaffold scaffold, bool overwrite)
    {
        RefuseExisting(scaffold, overwrite);
        Write(scaffold.SchemaPath, ConfigurationSchema.ToJson(), overwrite: true);
        Write(scaffold.Path, scaffold.Content, overwrite);
        return scaffold with { IsWritten = true };
    }

    /// <summary>Stops when a file is in the way that may not be replaced.</summary>
    public static void RefuseExisting(ConfigurationScaffold scaffold, bool overwrite)
    {
        if (!overwrite && Exists(scaffold.Path))
        {
            throw Existing(scaffold.Path, inner: null);
        }

        // A schema of ours is renewed; a file that merely has its name is somebody else's.
        if (!overwrite && Exists(scaffold.SchemaPath) && !IsOurs(scaffold.SchemaPath))
        {
            throw Existing(scaffold.SchemaPath, inner: null);
        }
    }

    private static bool Exists(string path) =>
        Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static bool IsOurs(string path)
    {
        try
        {
            return File.ReadAllText(path).Contains(ConfigurationSchema.Id, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Write(string path, string content, bool overwrite)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(Encoding.UTF8.GetBytes(content));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            if (!overwrite && Exists(path))
            {
                throw Existing(path, exception);
            }

            throw new RollbackOpsException(
                ErrorId.ConfigurationUnwritable,
                $"The file {path} cannot be written: {exception.Message}",
                "Check that you may write to the folder and that the disk has room.",
                path,
                exception);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell; what is left is a file that says by its name that it is temporary.
        }
    }

    private static RollbackOpsException Existing(string path, Exception? inner) => new(
        ErrorId.ConfigurationExists,
        $"The file {path} exists already and was left as it is.",
        "Look at it with Get-RollbackConfiguration; to replace it, say -Overwrite.",
        path,
        inner);
}
