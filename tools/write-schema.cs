// Writes the published schemas: of the configuration from the table of settings, of incident reports from their types. From the repository's root:
//     dotnet run tools/write-schema.cs
#:project ../src/RollbackOps/RollbackOps.csproj
#:property PublishAot=false

using RollbackOps.Configuration;
using RollbackOps.Incidents;

File.WriteAllText(Path.Combine("schema", ConfigurationSchema.FileName), ConfigurationSchema.ToJson());
File.WriteAllText(Path.Combine("schema", IncidentReportSchema.FileName), IncidentReportSchema.ToJson());
