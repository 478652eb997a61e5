/**
 * What the Basic Application Level Confidentiality Profile (DICOM PS3.15 table E.1-1, edition 2026c) does to the
 * attributes that identify a patient, a person, an institution or a device. Dates, times, person names and UIDs are
 * not listed: all of them are acted on by their value representation. Each entry is a tag and its keyword.
 */

/** Taken out: the standard lets these be absent (X), or they are sequences and bulk data whose content cannot be cleaned. */
const REMOVE = `
  00080054 RetrieveAETitle  00080055 StationAETitle  00080081 InstitutionAddress
  00080082 InstitutionCodeSequence  00080092 ReferringPhysicianAddress
  00080094 ReferringPhysicianTelephoneNumbers  00080096 ReferringPhysicianIdentificationSequence
  0008009D ConsultingPhysicianIdentificationSequence  00080201 TimezoneOffsetFromUTC  00081000 NetworkID
  00081030 StudyDescription  0008103E SeriesDescription  00081040 InstitutionalDepartmentName
  00081041 InstitutionalDepartmentTypeCodeSequence  00081049 PhysiciansOfRecordIdentificationSequence
  00081052 PerformingPhysicianIdentificationSequence
  00081062 PhysiciansReadingStudyIdentificationSequence  00081072 OperatorIdentificationSequence
  00081080 AdmittingDiagnosesDescription  00081084 AdmittingDiagnosesCodeSequence
  00081088 PyramidDescription  00081110 ReferencedStudySequence
  00081111 ReferencedPerformedProcedureStepSequence  00081120 ReferencedPatientSequence
  00082111 DerivationDescription  00084000 IdentifyingComments  00100021 IssuerOfPatientID
  00100050 PatientInsurancePlanCodeSequence  00100101 PatientPrimaryLanguageCodeSequence
  00100102 PatientPrimaryLanguageModifierCodeSequence  00101000 OtherPatientIDs
  00101002 OtherPatientIDsSequence  00101010 PatientAge  00101020 PatientSize  00101030 PatientWeight
  00101040 PatientAddress  00101050 InsurancePlanIdentification  00101080 MilitaryRank
  00101081 BranchOfService  00101090 MedicalRecordLocator  00101100 ReferencedPatientPhotoSequence
  00102000 MedicalAlerts  00102110 Allergies  00102150 CountryOfResidence  00102152 RegionOfResidence
  00102154 PatientTelephoneNumbers  00102155 PatientTelecomInformation  00102160 EthnicGroup
  00102161 EthnicGroupCodeSequence  00102180 Occupation  001021A0 SmokingStatus
  001021B0 AdditionalPatientHistory  001021C0 PregnancyStatus  001021F0 PatientReligiousPreference
  00102299 ResponsibleOrganization  00104000 PatientComments  00120022 IssuerOfClinicalTrialProtocolID
  00120023 OtherClinicalTrialProtocolIDsSequence  00120032 IssuerOfClinicalTrialSiteID
  00120041 IssuerOfClinicalTrialSubjectID  00120043 IssuerOfClinicalTrialSubjectReadingID
  00120051 ClinicalTrialTimePointDescription  00120055 IssuerOfClinicalTrialTimePointID
  00120071 ClinicalTrialSeriesID  00120072 ClinicalTrialSeriesDescription
  00120073 IssuerOfClinicalTrialSeriesID  00120082 ClinicalTrialProtocolEthicsCommitteeApprovalNumber
  0016002B MakerNote  0016004B DeviceSettingDescription  0016004D CameraOwnerName
  0016004E LensSpecification  0016004F LensMake  00160050 LensModel  00160051 LensSerialNumber
  00160070 GPSVersionID  00160071 GPSLatitudeRef  00160072 GPSLatitude  00160073 GPSLongitudeRef
  00160074 GPSLongitude  00160075 GPSAltitudeRef  00160076 GPSAltitude  00160078 GPSSatellites
  00160079 GPSStatus  0016007A GPSMeasureMode  0016007B GPSDOP  0016007C GPSSpeedRef  0016007D GPSSpeed
  0016007E GPSTrackRef  0016007F GPSTrack  00160080 GPSImgDirectionRef  00160081 GPSImgDirection
  00160082 GPSMapDatum  00160083 GPSDestLatitudeRef  00160084 GPSDestLatitude
  00160085 GPSDestLongitudeRef  00160086 GPSDestLongitude  00160087 GPSDestBearingRef
  00160088 GPSDestBearing  00160089 GPSDestDistanceRef  0016008A GPSDestDistance
  0016008B GPSProcessingMethod  0016008C GPSAreaInformation  0016008E GPSDifferential  00181004 PlateID
  00181005 GeneratorID  00181007 CassetteID  00181008 GantryID  00181009 UniqueDeviceIdentifier
  0018100A UDISequence  00181010 SecondaryCaptureDeviceID  00181011 HardcopyCreationDeviceID
  00184000 AcquisitionComments  00185011 TransducerIdentificationSequence
  00189185 RespiratoryMotionCompensationTechniqueDescription  00189373 XRayDetectorLabel
  0018937B MultienergyAcquisitionDescription  0018937F DecompositionDescription
  00189424 AcquisitionProtocolDescription  00189937 RequestedSeriesDescription
  0018A003 ContributionDescription  00200027 PyramidLabel  00203401 ModifyingDeviceID
  00203406 ModifiedImageDescription  00204000 ImageComments  00209158 FrameComments
  00284000 ImagePresentationComments  00320012 StudyIDIssuer  00321020 ScheduledStudyLocation
  00321021 ScheduledStudyLocationAETitle  00321030 ReasonForStudy  00321033 RequestingService
  00321066 ReasonForVisit  00321067 ReasonForVisitCodeSequence  00321070 RequestedContrastAgent
  00324000 StudyComments  00340001 FlowIdentifierSequence  00340002 FlowIdentifier
  00340005 SourceIdentifier  00340007 FrameOriginTimestamp  00380004 ReferencedPatientAliasSequence
  00380010 AdmissionID  00380011 IssuerOfAdmissionID  00380014 IssuerOfAdmissionIDSequence
  0038001E ScheduledPatientInstitutionResidence  00380040 DischargeDiagnosisDescription
  00380050 SpecialNeeds  00380060 ServiceEpisodeID  00380061 IssuerOfServiceEpisodeID
  00380062 ServiceEpisodeDescription  00380064 IssuerOfServiceEpisodeIDSequence
  00380300 CurrentPatientLocation  00380400 PatientInstitutionResidence  00380500 PatientState
  00384000 VisitComments  003A0020 MultiplexGroupLabel  003A0203 ChannelLabel
  003A020C ChannelDerivationDescription  003A0329 WaveformFilterDescription
  003A032B FilterLookupTableDescription  00400001 ScheduledStationAETitle
  00400007 ScheduledProcedureStepDescription  00400009 ScheduledProcedureStepID
  0040000B ScheduledPerformingPhysicianIdentificationSequence  00400010 ScheduledStationName
  00400011 ScheduledProcedureStepLocation  00400012 PreMedication  00400241 PerformedStationAETitle
  00400242 PerformedStationName  00400243 PerformedLocation  00400253 PerformedProcedureStepID
  00400254 PerformedProcedureStepDescription  00400275 RequestAttributesSequence
  00400280 CommentsOnThePerformedProcedureStep  00400310 CommentsOnRadiationDose
  0040050A SpecimenAccessionNumber  00400513 IssuerOfTheContainerIdentifierSequence
  0040051A ContainerDescription  00400555 AcquisitionContextSequence
  00400556 AcquisitionContextDescription  00400562 IssuerOfTheSpecimenIdentifierSequence
  00400600 SpecimenShortDescription  00400602 SpecimenDetailedDescription
  00400610 SpecimenPreparationSequence  004006FA SlideIdentifier  00401001 RequestedProcedureID
  00401002 ReasonForTheRequestedProcedure  00401004 PatientTransportArrangements
  00401005 RequestedProcedureLocation  0040100A ReasonForRequestedProcedureCodeSequence
  00401011 IntendedRecipientsOfResultsIdentificationSequence  00401101 PersonIdentificationCodeSequence
  00401102 PersonAddress  00401103 PersonTelephoneNumbers  00401104 PersonTelecomInformation
  00401400 RequestedProcedureComments  00402001 ReasonForTheImagingServiceRequest
  00402009 OrderEntererLocation  00402010 OrderCallbackPhoneNumber
  00402011 OrderCallbackTelecomInformation  00402400 ImagingServiceRequestComments
  00403001 ConfidentialityConstraintOnPatientDataDescription  00404025 ScheduledStationNameCodeSequence
  00404027 ScheduledStationGeographicLocationCodeSequence  00404028 PerformedStationNameCodeSequence
  00404030 PerformedStationGeographicLocationCodeSequence  00404034 ScheduledHumanPerformersSequence
  00404035 ActualHumanPerformersSequence  00404036 HumanPerformerOrganization
  0040A073 VerifyingObserverSequence  0040A078 AuthorObserverSequence  0040A07A ParticipantSequence
  0040A07C CustodialOrganizationSequence  0040A088 VerifyingObserverIdentificationCodeSequence
  0040A353 AddressTrial  0040A354 TelephoneNumberTrial  0040A358 VerbalSourceIdentifierCodeSequenceTrial
  0040A730 ContentSequence  0040B020 WaveformAnnotationSequence  00420011 EncapsulatedDocument
  0050001B ContainerComponentID  00500020 DeviceDescription  00500021 LongDeviceDescription
  006A0006 AnnotationGroupDescription  00700001 GraphicAnnotationSequence
  00700086 ContentCreatorIdentificationCodeSequence  0072005E SelectorAEValue  0072005F SelectorASValue
  00720065 SelectorOBValue  0072006D SelectorUNValue  00720071 SelectorURValue  00741234 ReceivingAE
  00741236 RequestingAE  00880200 IconImageSequence  00880904 TopicTitle  00880906 TopicSubject
  00880910 TopicAuthor  00880912 TopicKeywords  04000115 CertificateOfSigner  04000310 CertifiedTimestamp
  04000402 ReferencedDigitalSignatureSequence  04000403 ReferencedSOPInstanceMACSequence  04000404 MAC
  04000550 ModifiedAttributesSequence  04000551 NonconformingModifiedAttributesSequence
  04000552 NonconformingDataElementValue  04000561 OriginalAttributesSequence
  04000565 ReasonForTheAttributeModification  04000600 InstanceOriginStatus  20300020 TextString
  21000070 Originator  21000140 DestinationAE  30020121 PositionAcquisitionTemplateName
  30020123 PositionAcquisitionTemplateDescription  30060004 StructureSetName
  30060006 StructureSetDescription  30060028 ROIDescription  30060038 ROIGenerationDescription
  3006004D ROICreatorSequence  3006004E ROIInterpreterSequence  30060085 ROIObservationLabel
  30060088 ROIObservationDescription  300A0003 RTPlanName  300A0004 RTPlanDescription
  300A000B TreatmentSites  300A000E PrescriptionDescription  300A0016 DoseReferenceDescription
  300A0072 FractionGroupDescription  300A00C3 BeamDescription  300A00DD BolusDescription
  300A0196 FixationDeviceDescription  300A01A6 ShieldingDeviceDescription
  300A01B2 SetupTechniqueDescription  300A0216 SourceManufacturer  300A02EB CompensatorDescription
  300A0676 EquipmentFrameOfReferenceDescription
  300A078E PatientTreatmentPreparationProcedureParameterDescription
  300A0792 PatientTreatmentPreparationMethodDescription  300A0794 PatientSetupPhotoDescription
  300A079A DisplacementReferenceLabel  300C0113 ReasonForOmissionDescription  30100036 EntityName
  30100037 EntityDescription  30100061 PriorTreatmentDoseDescription  30100081 PrescriptionNotesSequence
  40000010 Arbitrary  40004000 TextComments  40080040 ResultsID  40080042 ResultsIDIssuer
  4008010B InterpretationText  40080111 InterpretationApproverSequence
  40080115 InterpretationDiagnosisDescription  40080118 ResultsDistributionListSequence
  4008011A DistributionAddress  40080200 InterpretationID  40080202 InterpretationIDIssuer
  40080300 Impressions  40084000 ResultsComments  4FFE0001 MACParametersSequence  FFFAFFFA DigitalSignaturesSequence
  FFFCFFFC DataSetTrailingPadding
`;

/** Left without a value (Z, and X/Z): an attribute that must be there but may be empty. */
const EMPTY = `
  00080050 AccessionNumber  00100040 PatientSex  00102203 PatientSexNeutered
  00120021 ClinicalTrialProtocolName  00120030 ClinicalTrialSiteID  00120031 ClinicalTrialSiteName
  00120050 ClinicalTrialTimePointID  00120060 ClinicalTrialCoordinatingCenterName  00200010 StudyID
  00321060 RequestedProcedureDescription  00402016 PlacerOrderNumberImagingServiceRequest
  00402017 FillerOrderNumberImagingServiceRequest  04000564 SourceOfPreviousValues  22000002 LabelText
  22000005 BarcodeValue  30060026 ROIName  30080105 SourceSerialNumber  300A00B2 TreatmentMachineName
  300A0611 RTAccessoryHolderSlotID  300A0615 RTAccessoryDeviceSlotID
  300A067D RadiationGenerationModeDescription  3010000F ConceptualVolumeCombinationDescription
  30100017 ConceptualVolumeDescription  3010001B DeviceAlternateIdentifier
  30100043 ManufacturerDeviceIdentifier  3010005A RTPhysicianIntentNarrative
  3010005C ReasonForSuperseding  3010007A TreatmentTechniqueNotes  3010007B PrescriptionNotes
  3010007F FractionationNotes
`;

/** Given a meaningless value (D, and what may be D): an attribute that may have to have one. */
const REPLACE = `
  00080080 InstitutionName  00081010 StationName  00120010 ClinicalTrialSponsorName
  00120020 ClinicalTrialProtocolID  00120040 ClinicalTrialSubjectID
  00120042 ClinicalTrialSubjectReadingID  00120081 ClinicalTrialProtocolEthicsCommitteeName
  00180010 ContrastBolusAgent  00181000 DeviceSerialNumber  00181030 ProtocolName
  001811BB AcquisitionFieldOfViewLabel  00181400 AcquisitionDeviceProcessingDescription
  0018700A DetectorID  00189367 XRaySourceID  00189371 XRayDetectorID  00400512 ContainerIdentifier
  00400551 SpecimenIdentifier  0040A027 VerifyingOrganization  006A0005 AnnotationGroupLabel
  00700006 UnformattedTextValue  00720066 SelectorLOValue  00720068 SelectorLTValue
  0072006C SelectorSHValue  0072006E SelectorSTValue  00720070 SelectorUTValue  04000563 ModifyingSystem
  30060002 StructureSetLabel  300A0002 RTPlanLabel  300A0608 TreatmentPositionGroupLabel
  300A0619 RadiationDoseIdentificationLabel  300A0623 RadiationDoseInVivoMeasurementLabel
  300A062A RTToleranceSetLabel  300A067C RadiationGenerationModeLabel
  300A0734 TreatmentToleranceViolationDescription  300A0742 InterlockDescription
  300A0783 InterlockOriginDescription  3010002D DeviceLabel  30100033 UserContentLabel
  30100034 UserContentLongLabel  30100035 EntityLabel  30100038 EntityLongLabel
  30100054 RTPrescriptionLabel  30100056 RTTreatmentApproachLabel  30100077 TreatmentSite
`;

export type BasicAction = 'remove' | 'empty' | 'replace';

/** The action of the basic profile on each listed attribute, by tag. */
export const BASIC_PROFILE: ReadonlyMap<number, { keyword: string; action: BasicAction }> = new Map([
  ...entries(REMOVE, 'remove'),
  ...entries(EMPTY, 'empty'),
  ...entries(REPLACE, 'replace'),
]);

function entries(list: string, action: BasicAction): [number, { keyword: string; action: BasicAction }][] {
  return [...list.matchAll(/([0-9A-F]{8}) (\w+)/g)].map(([, tag, keyword]) => [
    Number.parseInt(tag, 16),
    { keyword, action },
  ]);
}
