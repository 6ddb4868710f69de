using System.Text.Json;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// The pin (S11): the file <c>current.pin</c> beside the link. Deploy scripts honour it: while it is there, they do
/// not switch the link.
/// </summary>
internal sealed class PinFile
{
    private readonly string _root;
    private readonly string _path;

    public PinFile(string root)
    {
        _root = root;
        _path = Path.Combine(root, "current.pin");
    }

    /// <summary>The pin, or null. One that cannot be read still pins.</summary>
    public PromotionPin? Read()
    {
        try
        {
            return File.Exists(_path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(_path), RollbackJson.Compact.PromotionPin)
                    ?? throw new JsonException("it holds no pin")
                : null;
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            return new PromotionPin
            {
                DeploymentId = string.Empty,
                Since = File.GetLastWriteTimeUtc(_path),
                By = "(unreadable)",
                Reason = Inert.Line($"'{_path}' cannot be read: {failure.Message}"),
            };
        }
    }

    public void Write(PromotionPin pin) => Change(() =>
    {
        var next = _path + ".next";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, pin, RollbackJson.Indented.PromotionPin);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, _path, overwrite: true);
    });

    public void Remove() => Change(() => File.Delete(_path));

    private void Change(Action change)
    {
        try
        {
            change();
            Durable.SyncFolder(_root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.StepFailed,
                $"The pin '{_path}' cannot be changed: {failure.Message}",
                "Check rights and free space there, then run Resume-Rollback.", _path, failure);
        }
    }
}
