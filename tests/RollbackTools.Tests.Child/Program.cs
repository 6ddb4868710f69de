using System.Text.Json;
using RollbackTools.Tests.Child;

// What happens in here is printed as JSON on one line; the test that started it judges.
object facts = args switch
{
    ["isolation", var manifest, var folder, .. var foreign] => IsolationRun.Gather(manifest, folder, foreign.FirstOrDefault()),
    ["import", var manifest] => IsolationRun.ImportOnly(manifest),
    ["approval", var manifest, var folder, var hostName, var script] => ApprovalRun.Gather(manifest, folder, hostName, script),
    ["kill", var manifest, var folder, var boundary, var script] =>
        KillRun.Gather(manifest, folder, int.Parse(boundary, System.Globalization.CultureInfo.InvariantCulture), script),
    _ => throw new ArgumentException("isolation <manifest> <folder> [<foreign assembly>] | import <manifest> | approval <manifest> <folder> <host> <script> | kill <manifest> <folder> <boundary> <script>"),
};
Console.WriteLine();
Console.WriteLine("FACTS " + JsonSerializer.Serialize(facts));
