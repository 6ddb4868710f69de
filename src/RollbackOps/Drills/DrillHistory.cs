using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>The drills that were run, each a file <c>drill.json</c> in a folder of its own.</summary>
internal sealed class DrillHistory
{
    private const string FileName = "drill.json";

    /// <param name="folder">The folder of all of them, absolute.</param>
    public DrillHistory(string folder) => Location = folder;

    /// <summary>The folder of all of them.</summary>
    public string Location { get; }

    /// <summary>The history that belongs to a state folder.</summary>
    public static DrillHistory In(IStateStore store) => new(Path.Combine(store.Location, "drills"));

    /// <summary>The history of a user, for where no project is.</summary>
    public static DrillHistory OfUser() => new(Path.Combine(
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.DoNotVerify), "RollbackTools", "drills"));

    /// <summary>The folder of one drill.</summary>
    public string FolderOf(string id) => Path.Combine(Location, id);

    /// <summary>Every drill, newest first. What cannot be read is told, and keeps nothing from the rest.</summary>
    /// <param name="tell">Told what cannot be read.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.StateUnusable"/>.</exception>
    public IReadOnlyList<DrillResult> Read(Action<string>? tell = null)
    {
        var results = new List<DrillResult>();
        try
        {
            if (!Directory.Exists(Location))
            {
                return results;
            }

            foreach (var folder in Directory.EnumerateDirectories(Location))
            {
                var file = Path.Combine(folder, FileName);
                if (File.Exists(file) && ReadOne(file, tell) is { } result)
                {
                    results.Add(result);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.StateUnusable,
                $"The history of drills in '{Location}' cannot be read: {failure.Message}", "Check the folder's rights.", Location, failure);
        }

        return [.. results.OrderByDescending(one => one.StartedAt)];
    }

    /// <summary>The newest drill that came to an end, or null. For whoever asks how long ago that was, and how it came out.</summary>
    public DrillResult? Newest() => Read().FirstOrDefault(one => one.Status != DrillStatus.Stopped);

    /// <summary>The newest one of each scenario, newest first.</summary>
    public IReadOnlyList<DrillResult> NewestOfEach() =>
        [.. Read().Where(one => one.Status != DrillStatus.Stopped).DistinctBy(one => one.Scenario, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Keeps a drill.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.StateUnusable"/>.</exception>
    public void Keep(DrillResult result)
    {
        var folder = FolderOf(result.Id);
        var file = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            // Readers see a whole one or none.
            File.WriteAllBytes(file + ".next", JsonSerializer.SerializeToUtf8Bytes(result, RollbackJson.Indented.DrillResult));
            File.Move(file + ".next", file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.StateUnusable,
                $"The drill cannot be kept in '{folder}': {failure.Message}", "Check the folder's rights.", folder, failure);
        }
    }

    private static DrillResult? ReadOne(string file, Action<string>? tell)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), RollbackJson.Compact.DrillResult);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException)
        {
            tell?.Invoke($"The drill in {file} cannot be read: {Inert.Line(failure.Message)}");
            return null;
        }
    }
}
