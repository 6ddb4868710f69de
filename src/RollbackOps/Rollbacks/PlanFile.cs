using System.Text.Json;

namespace RollbackOps.Rollbacks;

/// <summary>A plan as a file, so that it can be approved in one process and run in another (S14).</summary>
internal static class PlanFile
{
    /// <summary>Writes a plan; what was there is replaced in one step.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.PlanUnreadable"/>: the file cannot be written.</exception>
    public static void Write(string path, RollbackPlan plan)
    {
        try
        {
            var next = path + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(plan, RollbackJson.Indented.RollbackPlan));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.PlanUnreadable,
                $"The plan cannot be written to '{path}': {failure.Message}", "Choose another path.", path, failure);
        }
    }

    /// <summary>Reads a plan. Its hash and age are checked when it runs.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.PlanUnreadable"/>.</exception>
    public static RollbackPlan Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RollbackJson.Indented.RollbackPlan)
                ?? throw new JsonException("it holds nothing");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new RollbackOpsException(ErrorId.PlanUnreadable,
                $"The plan '{path}' cannot be read: {failure.Message}",
                "Write it with New-RollbackPlan -OutFile, and carry it unchanged.", path, failure);
        }
    }
}
